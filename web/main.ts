/** The page's entry: the HTML shows its own words until the app takes their place. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';

const target = document.getElementById('console');
if (!target) throw new Error('the page has no element for the console');
target.replaceChildren();
mount(App, { target });
