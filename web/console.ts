/** The app, in the language that was chosen before it was loaded. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';

/**
 * The HTML shows its own words until the app takes their place. Loading its modules was work enough for one task: the
 * browser may paint and hear between.
 */
export async function show(target: HTMLElement): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  target.replaceChildren();
  mount(App, { target });
}
