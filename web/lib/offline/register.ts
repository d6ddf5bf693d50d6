/** Gives the browser the service worker, once the page has all that it needs itself. */

/** Does nothing where there are no service workers: by plain HTTP, and while the app is developed. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const register = (): void => {
    // Where the certificate is not trusted or site data is blocked there is none, and the pages are as before.
    navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => {});
  };
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
