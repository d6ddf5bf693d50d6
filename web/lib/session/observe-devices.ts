/** Tells that cameras or microphones have come or gone, or that the right to use cameras has changed. */
export function observeDevices(changed: () => void, signal: AbortSignal): void {
  // Undefined where the page is not on HTTPS.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  devices?.addEventListener('devicechange', changed, { signal });
  navigator.permissions
    ?.query({ name: 'camera' })
    .then((status) => status.addEventListener('change', changed, { signal }))
    .catch(() => {}); // A browser that does not know this permission by name tells nothing of it.
}
