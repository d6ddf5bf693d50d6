/** What a service worker has around it, as far as ours uses it: TypeScript's types for pages do not tell of it. */

export interface InstallEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
export interface FetchEvent extends InstallEvent {
  readonly request: Request;
  /** The answer that the browser asked for while it started the worker. */
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
export interface WorkerScope {
  readonly registration: { readonly navigationPreload?: { enable(): Promise<void> } };
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: InstallEvent) => void): void;
  addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void;
}
