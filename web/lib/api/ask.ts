/** The one way to ask the API: typed by the table of routes, with every failure a refusal in words. */
import { z } from 'zod';
import { RefusedError, RequestFault } from '../../../server/contract/errors.ts';
import { addressOf, type Arguments, type Route } from '../../../server/contract/route.ts';
import { texts } from '../text/texts.ts';

export { routes } from '../../../server/contract/routes.ts';

const Refusal = z.object({ error: RequestFault });

/**
 * Asks the server for what a route of the contract gives; the sign-in goes along in its cookie.
 * @throws RefusedError with the contract's code; `unavailable` when no answer came
 */
export async function ask<R extends Route, A>(
  route: R & { readonly answer: z.ZodType<A> },
  ...asking: Arguments<R>
): Promise<A> {
  const [{ body } = {}]: { body?: unknown }[] = asking;
  return exchange(route, addressOf<R>(route, ...asking), {
    ...(route.method === 'GET'
      ? {}
      : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
  });
}

/**
 * Sends a file where a route takes one as the whole body.
 * @throws RefusedError as `ask`
 */
export function sendFile<R extends Route, A>(
  route: R & { readonly answer: z.ZodType<A> },
  file: Blob,
  ...asking: Arguments<R>
): Promise<A> {
  return exchange(route, addressOf<R>(route, ...asking), {
    headers: { 'Content-Type': file.type },
    body: file,
  });
}

async function exchange<A>(
  { method, answer }: Route & { readonly answer: z.ZodType<A> },
  address: string,
  init: RequestInit,
): Promise<A> {
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(address, { method, cache: 'no-store', ...init });
    content = await response.json();
  } catch {
    throw new RefusedError('unavailable', texts.site.unreachable);
  }
  if (response.ok) return answer.parse(content);
  const refusal = Refusal.safeParse(content);
  if (!refusal.success) throw new RefusedError('internal', texts.site.unreadable(response.status));
  const { code, message } = refusal.data.error;
  throw new RefusedError(code, texts.refusals.told(code, message));
}
