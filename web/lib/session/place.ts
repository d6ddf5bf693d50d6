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
    ...devicePixels({ width: innerWidth, height: innerHeight }),
    visible: !document.hidden,
  };
}

export function samePlace(a: Place, b: Place): boolean {
  return a.width === b.width && a.height === b.height && a.visible === b.visible;
}

/**
 * Calls back with an element's place, now and after each change.
 * @returns stops it
 */
export function observePlace(element: HTMLElement, onChange: (place: Place) => void): () => void {
  /** CSS pixels. */
  let box = { width: innerWidth, height: innerHeight };
  let onScreen = true;
  const tell = (): void => {
    // Picture in picture is seen while its tab is not.
    const floats = element.contains(document.pictureInPictureElement);
    onChange({ ...devicePixels(box), visible: floats || (onScreen && !document.hidden) });
  };
  const size = new ResizeObserver((entries) => {
    const { width = 0, height = 0 } = entries.at(-1)?.contentRect ?? {};
    box = { width, height };
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
  observePixelRatio(tell, signal);
  element.addEventListener('enterpictureinpicture', tell, { signal, capture: true });
  element.addEventListener('leavepictureinpicture', tell, { signal, capture: true });
  return () => {
    size.disconnect();
    sight.disconnect();
    events.abort();
  };
}

function devicePixels({ width, height }: { width: number; height: number }) {
  return {
    width: Math.round(width * devicePixelRatio),
    height: Math.round(height * devicePixelRatio),
  };
}

/** How often the ratio is looked at, ms: the `change` of a media query for it does not always come. */
const ratioCheck = 500;

/** Calls back when the page is zoomed, or moved to a screen of other pixels; CSS sizes may stay as they are. */
function observePixelRatio(changed: () => void, signal: AbortSignal): void {
  let ratio = devicePixelRatio;
  const timer = setInterval(() => {
    if (devicePixelRatio === ratio) return;
    ratio = devicePixelRatio;
    changed();
  }, ratioCheck);
  signal.addEventListener('abort', () => clearInterval(timer));
}
