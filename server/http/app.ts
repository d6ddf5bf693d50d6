/** The web side: health, metrics, the API, and the console's pages and files. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import compression from 'compression';
import express, { Router, type Express } from 'express';
import expressStaticGzip from 'express-static-gzip';
import type { ViteDevServer } from 'vite';
import { Origins } from '../access/origin.ts';
import { projectFolder } from '../config.ts';
import type { Readiness } from '../contract/health.ts';
import { healthRoutes } from '../contract/routes.ts';
import { StartupError } from '../startup-error.ts';
import { refuse } from './api/refusals.ts';
import { apiRouter, type ApiParts } from './api/router.ts';
import { serve } from './api/serve.ts';
import { crossOrigin } from './cross-origin.ts';
import { inWords } from './in-words.ts';
import { metricsHandler, type MetricsPage } from './metrics.ts';
import { withPageData } from './start-data.ts';
import { pageFile, webFolder } from './page-build.ts';
import { limitAddresses } from './requests.ts';
import { firstStartGate, servePages, type PageFacts, type RenderPage } from './pages.ts';
import { exactPaths } from './paths.ts';
import { nothingHere, proxied } from './proxied.ts';
import { security } from './security.ts';
import { problems, whipRouter, type WhipRouterParts } from './whip.ts';

export interface AppParts {
  readonly pageFacts: PageFacts;
  readonly health: () => Readiness;
  /** Whether browsers trust the certificate. */
  readonly certified: () => boolean;
  readonly metrics: MetricsPage;
  readonly api: ApiParts;
  readonly whip: WhipRouterParts['whip'];
  /** Vite's development server, in place of the built files. */
  readonly vite: ViteDevServer | undefined;
}

/** @throws StartupError when the web app has not been built */
export function createApp({ api, whip, vite, ...parts }: AppParts): Express {
  const { settings, log } = api;
  const { gate } = api.access;
  const origins = new Origins(settings.http, log);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', settings.http.trusted_proxies);
  app.use(healthRouter(parts.health));
  app.use(crossOrigin(origins));
  app.use(proxied(log));
  // Vite's own scripts in development are what a strict policy forbids.
  if (!vite) app.use(...security(parts.certified));
  app.use(limitAddresses(settings.limits, api.excess));
  app.use(firstStartGate(api.access));
  app.use(metricsRouter(parts.metrics));
  app.use(compression());
  app.use(whipRouter({ whip, gate, origins }));
  app.use('/api', apiRouter(api, origins));
  if (vite) serveDevelopment(app, vite, api, parts.pageFacts);
  else serveBuilt(app, api, parts.pageFacts);
  app.use(nothingHere);
  app.use(problems(log), inWords, refuse(log));
  return app;
}

/** Before all else, so that nothing that goes wrong there hides it. */
function healthRouter(report: AppParts['health']): Router {
  const router = Router(exactPaths);
  const { live, ready } = healthRoutes;
  serve(
    router,
    { live, ready },
    {
      live: () => ({ status: 'ok' as const }),
      ready(_asked, { response }) {
        const health = report();
        response.setHeader('Cache-Control', 'no-store');
        if (!health.ready) response.status(ready.trouble);
        return health;
      },
    },
  );
  return router;
}

function metricsRouter(page: MetricsPage): Router {
  const router = Router(exactPaths);
  const { metrics } = healthRoutes;
  serve(router, { metrics }, { metrics: metricsHandler(page) });
  return router;
}

function serveBuilt(app: Express, { access }: ApiParts, facts: PageFacts): void {
  let html: string;
  try {
    html = readFileSync(pageFile, 'utf8');
  } catch {
    throw new StartupError('The web app is not built yet: run `npm start`, which builds it.');
  }
  servePages(app, access, facts, (data) => withPageData(html, data));
  // Compressed when they were built: smaller than it can be done for each visit, and for nothing.
  const serveStatic = { immutable: true, maxAge: '1y' };
  const assets = { enableBrotli: true, orderPreference: ['br', 'gz'], index: false, serveStatic };
  app.use('/assets', expressStaticGzip(path.join(webFolder, 'assets'), assets));
  const setHeaders = (response: ServerResponse, file: string): void => {
    // It has no hash in its name, and a browser that keeps an old one would not hear of a new build.
    if (path.basename(file) === 'sw.js') response.setHeader('Cache-Control', 'no-cache');
  };
  app.use(express.static(webFolder, { index: false, setHeaders }));
}

function serveDevelopment(
  app: Express,
  vite: ViteDevServer,
  { access }: ApiParts,
  facts: PageFacts,
): void {
  const render: RenderPage = async (data, address) => {
    const html = readFileSync(path.join(projectFolder, 'web/index.html'), 'utf8');
    return withPageData(await vite.transformIndexHtml(address, html), data);
  };
  servePages(app, access, facts, render);
  app.use(vite.middlewares);
}
