/**
 * Tells that cameras or microphones have come or gone, or that the right to use cameras has changed.
 * @returns ends it
 */
export function observeDevices(changed: () => void): () => void {
  const events = new AbortController();
  const { signal } = events;
  // Undefined where the page is not on HTTPS.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  devices?.addEventListener('devicechange', changed, { signal });
  navigator.permissions
    ?.query({ name: 'camera' })
    .then((status) => status.addEventListener('change', changed, { signal }))
    .catch(() => {}); // A browser that does not know this permission by name tells nothing of it.
  return () => events.abort();
}
