/** The metrics, for the addresses that may read them. */
import proxyAddr from 'proxy-addr';
import type { healthRoutes } from '../contract/routes.ts';
import type { Handler } from './api/serve.ts';
import { passedOnBy } from './paths.ts';

export interface MetricsPage {
  readonly contentType: string;
  /** Addresses and subnets, as in the setting http.metrics_from. */
  readonly readers: string[];
  readonly render: () => Promise<string>;
}

export function metricsHandler({
  contentType,
  readers,
  render,
}: MetricsPage): Handler<typeof healthRoutes.metrics> {
  const mayRead = proxyAddr.compile(readers);
  return async (_asked, { request, response }) => {
    // What a proxy that is not trusted passes on may come from anybody.
    if (passedOnBy(request) === 'stranger' || !mayRead(request.ip ?? '', 0)) {
      response.status(403).type('text').send('The setting http.metrics_from does not list you.\n');
      return;
    }
    response.setHeader('Content-Type', contentType);
    response.send(await render());
  };
}
