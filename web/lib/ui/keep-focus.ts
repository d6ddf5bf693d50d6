/**
 * What goes away while it has the keyboard's focus leaves it to the part that it was in: it would fall to the top of
 * the page, and its keys with it.
 * @param part can take the focus: a dialog, or what has a `tabindex`
 * @returns ends it
 */
export function keepFocus(part: HTMLElement): () => void {
  let last: Element | undefined;
  const remember = ({ target }: FocusEvent): void => {
    last = target instanceof Element ? target : undefined;
  };
  const changes = new MutationObserver(() => {
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    last = undefined;
    part.focus();
  });
  part.addEventListener('focusin', remember);
  changes.observe(part, { childList: true, subtree: true });
  return () => {
    changes.disconnect();
    part.removeEventListener('focusin', remember);
  };
}
