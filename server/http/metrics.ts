/** `GET /metrics`, for the addresses that may read it. */
import type { RequestHandler } from 'express';
import proxyAddr from 'proxy-addr';

export interface MetricsPage {
  readonly contentType: string;
  /** Addresses and subnets, as in the setting http.metrics_from. */
  readonly readers: string[];
  readonly render: () => Promise<string>;
}

export function metricsHandler({ contentType, readers, render }: MetricsPage): RequestHandler {
  const mayRead = proxyAddr.compile(readers);
  return async (request, response) => {
    if (!mayRead(request.ip ?? '', 0)) {
      response.status(403).type('text').send('The setting http.metrics_from does not list you.\n');
      return;
    }
    response.setHeader('Content-Type', contentType);
    response.send(await render());
  };
}
