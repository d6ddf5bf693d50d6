/** What a service worker has around it, as far as ours uses it: TypeScript's types for pages do not tell of it. */

export interface InstallEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
export interface FetchEvent extends InstallEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
export interface WorkerScope {
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: InstallEvent) => void): void;
  addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void;
}
