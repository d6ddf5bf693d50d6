/** Escape leaves what one is in, and no more: what lies around it must not close too. */
import type { Attachment } from 'svelte/attachments';

/** Does this on Escape within an element, which no other listener then hears. */
export function onEscape(leave: () => void): Attachment<HTMLElement> {
  return (element) => {
    const onKeydown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      leave();
    };
    element.addEventListener('keydown', onKeydown);
    return () => element.removeEventListener('keydown', onKeydown);
  };
}
