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
  const { method } = route;
  const [{ body } = {}]: { body?: unknown }[] = asking;
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(addressOf<R>(route, ...asking), {
      method,
      cache: 'no-store',
      ...(method === 'GET'
        ? {}
        : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    content = await response.json();
  } catch {
    throw new RefusedError('unavailable', texts.site.unreachable);
  }
  if (response.ok) return route.answer.parse(content);
  const refusal = Refusal.safeParse(content);
  if (!refusal.success) throw new RefusedError('internal', texts.site.unreadable(response.status));
  throw new RefusedError(refusal.data.error.code, refusal.data.error.message);
}
