/** Where an element is on the screen, which decides what it needs to be sent. */

export interface Place {
  /** Device pixels. */
  width: number;
  height: number;
  /** False while it is scrolled away, hidden, or in a hidden tab. */
  visible: boolean;
}

/** Good for the time before the first layout: nobody sees more than the window. */
export function windowPlace(): Place {
  return {
    width: Math.round(innerWidth * devicePixelRatio),
    height: Math.round(innerHeight * devicePixelRatio),
    visible: !document.hidden,
  };
}

export function samePlace(a: Place, b: Place): boolean {
  return a.width === b.width && a.height === b.height && a.visible === b.visible;
}

/**
 * Tells an element's place now and after each change.
 * @returns ends it
 */
export function observePlace(element: HTMLElement, onChange: (place: Place) => void): () => void {
  let { width, height } = windowPlace();
  let onScreen = true;
  const tell = (): void => {
    // Picture in picture is seen while its tab is not.
    const floats = element.contains(document.pictureInPictureElement);
    onChange({ width, height, visible: floats || (onScreen && !document.hidden) });
  };
  const size = new ResizeObserver((entries) => {
    const box = entries.at(-1)?.contentRect;
    width = Math.round((box?.width ?? 0) * devicePixelRatio);
    height = Math.round((box?.height ?? 0) * devicePixelRatio);
    tell();
  });
  const sight = new IntersectionObserver((entries) => {
    onScreen = entries.at(-1)?.isIntersecting ?? true;
    tell();
  });
  size.observe(element);
  sight.observe(element);
  const events = new AbortController();
  const { signal } = events;
  document.addEventListener('visibilitychange', tell, { signal });
  element.addEventListener('enterpictureinpicture', tell, { signal, capture: true });
  element.addEventListener('leavepictureinpicture', tell, { signal, capture: true });
  return () => {
    size.disconnect();
    sight.disconnect();
    events.abort();
  };
}
