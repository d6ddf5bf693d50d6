/** `GET /metrics`, written in just this way, for the addresses that may read it. */
import { Router } from 'express';
import proxyAddr from 'proxy-addr';
import { exactPaths, passedOnBy } from './paths.ts';

export interface MetricsPage {
  readonly contentType: string;
  /** Addresses and subnets, as in the setting http.metrics_from. */
  readonly readers: string[];
  readonly render: () => Promise<string>;
}

export function metricsRoute({ contentType, readers, render }: MetricsPage): Router {
  const mayRead = proxyAddr.compile(readers);
  const router = Router(exactPaths);
  router.get('/metrics', async (request, response) => {
    // What a proxy that is not trusted passes on may come from anybody.
    if (passedOnBy(request) === 'stranger' || !mayRead(request.ip ?? '', 0)) {
      response.status(403).type('text').send('The setting http.metrics_from does not list you.\n');
      return;
    }
    response.setHeader('Content-Type', contentType);
    response.send(await render());
  });
  return router;
}
