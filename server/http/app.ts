/** The web side: health, metrics, and the console's page and files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { ViteDevServer } from 'vite';
import { projectFolder } from '../config.ts';
import { pagePaths, type PageData } from '../contract/page.ts';
import { StartupError } from '../startup-error.ts';
import { metricsHandler, type MetricsPage } from './metrics.ts';
import { withPageData } from './page.ts';

export interface AppParts {
  readonly pageData: PageData;
  /** Whether joins would succeed now. */
  readonly ready: () => boolean;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: string[];
  readonly metrics: MetricsPage;
  /** Vite's development server, in place of the built files. */
  readonly vite: ViteDevServer | undefined;
}

const webFolder = path.join(projectFolder, 'dist/web');

/** @throws StartupError when the web app has not been built */
export function createApp(parts: AppParts): Express {
  const { pageData, ready, vite } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', parts.trustedProxies);
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    const up = ready();
    response.status(up ? 200 : 503).json({ status: up ? 'ready' : 'not-ready' });
  });
  app.get('/metrics', metricsHandler(parts.metrics));
  if (vite) serveDevelopment(app, vite, pageData);
  else serveBuilt(app, pageData);
  return app;
}

function serveBuilt(app: Express, pageData: PageData): void {
  let html: string;
  try {
    html = readFileSync(path.join(webFolder, 'index.html'), 'utf8');
  } catch {
    throw new StartupError('The web app is not built yet: run `npm start`, which builds it.');
  }
  const page = withPageData(html, pageData);
  app.use(compression());
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          'script-src': ["'self'"],
          'style-src': ["'self'", "'unsafe-inline'"],
          'img-src': ["'self'", 'data:', 'blob:'],
          'media-src': ["'self'", 'blob:'],
          'connect-src': ["'self'", 'wss:', 'ws:'],
          // Plain HTTP is for use behind a proxy or on localhost, where upgrading would break it.
          'upgrade-insecure-requests': null,
        },
      },
      strictTransportSecurity: false, // A self-signed certificate must stay possible to click past.
    }),
  );
  app.get([...pagePaths], (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache').type('html').send(page);
  });
  app.use(
    '/assets',
    express.static(path.join(webFolder, 'assets'), { immutable: true, maxAge: '1y', index: false }),
  );
  app.use(express.static(webFolder, { index: false }));
}

function serveDevelopment(app: Express, vite: ViteDevServer, pageData: PageData): void {
  app.get([...pagePaths], async (request, response) => {
    const html = readFileSync(path.join(projectFolder, 'web/index.html'), 'utf8');
    const page = await vite.transformIndexHtml(request.originalUrl, html);
    response.type('html').send(withPageData(page, pageData));
  });
  app.use(vite.middlewares);
}
