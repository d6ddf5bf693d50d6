/** The app, in the language that was chosen before it was loaded. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';

/** The HTML shows its own words until the app takes their place. */
export function show(target: HTMLElement): void {
  target.replaceChildren();
  mount(App, { target });
}
