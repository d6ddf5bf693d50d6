/** The size of an element on the page, told when the browser has laid it out. */
import type { Attachment } from 'svelte/attachments';

/**
 * Svelte's own `bind:clientWidth` reads a size while the page is still being built, which lays it out once for each
 * element that is measured. The observer reads after the layout that comes anyway, before it is painted.
 * @param tell is told now and after each change; its element may be read without cost
 */
export function measured(tell: (element: HTMLElement) => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new ResizeObserver(() => tell(element));
    observer.observe(element, { box: 'border-box' });
    return () => observer.disconnect();
  };
}
