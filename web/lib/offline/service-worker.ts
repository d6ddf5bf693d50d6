/**
 * The service worker: it makes the console an app that can be installed, and answers where the server does not, with a
 * page that says so and comes back by itself. A page is always asked for at the server first and never kept, so that
 * none is old after an upgrade; all but pages (the API, sockets, stills, media, scripts) passes it by.
 */
import type { WorkerScope } from './worker-scope.ts';

/** Put in when the app is built: web/build/offline.ts. */
declare const builtVersion: string;
/** The offline page, and the files that it is made of: each but the page has its content's hash in its name. */
declare const offlineFiles: readonly string[];
declare const pagePaths: readonly string[];

const worker = globalThis as unknown as WorkerScope;
const prefix = 'surveillance-offline-';
const cacheName = prefix + builtVersion;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepOfflinePage());
});
worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers());
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    if (pagePaths.includes(pathname)) event.respondWith(pageOf(request));
  } else if (offlineFiles.includes(pathname)) event.respondWith(fileOf(request));
});

async function keepOfflinePage(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Not from the browser's own cache: what is kept here is of this build.
  await cache.addAll(offlineFiles.map((file) => new Request(file, { cache: 'no-cache' })));
  // There is nothing that two versions could disagree about, so the new one need not wait.
  await worker.skipWaiting();
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Without preload: it asks twice for what passes by here, and the way back from a single sign-on is good once. */
async function pageOf(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    return isOfProxy(answer) ? ((await offlinePage()) ?? answer) : answer;
  } catch (unreachable) {
    const page = await offlinePage();
    if (page) return page;
    throw unreachable;
  }
}

/** A proxy says that the server behind it is away: what the server itself answers carries its policy. */
function isOfProxy({ status, headers }: Response): boolean {
  return status >= 502 && status <= 504 && !headers.has('content-security-policy');
}

function offlinePage(): Promise<Response | undefined> {
  return caches.match(offlineFiles[0] ?? '', { cacheName, ignoreVary: true });
}

/** Of the offline page alone: its name has its content's hash, so it never is an old one. */
async function fileOf(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName, ignoreVary: true })) ?? fetch(request);
}
