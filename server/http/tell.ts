/** Sends what WHIP and WHEP answer. */
import type { ServerResponse } from 'node:http';
import type { Told } from '../whip/exchange.ts';

export function tell(response: ServerResponse, { status, headers, body }: Told): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Not express's send(), which would add a tag and a charset of its own.
  response.end(body);
}
