import { z } from 'zod';
import { RefusedError, RequestFault } from '../../../server/contract/errors.ts';

const Refusal = z.object({ error: RequestFault });

/**
 * Asks the server over HTTP; the sign-in goes along in its cookie.
 * @param answer what is told when all went well
 * @throws RefusedError with the contract's code; `unavailable` when no answer came
 */
export async function ask<T>(
  answer: z.ZodType<T>,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(`/api${path}`, {
      method,
      cache: 'no-store',
      ...(method === 'GET'
        ? {}
        : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    content = response.status === 204 ? {} : await response.json();
  } catch {
    throw new RefusedError(
      'unavailable',
      'The server cannot be reached. Check the network, then try again.',
    );
  }
  if (response.ok) return answer.parse(content);
  const refusal = Refusal.safeParse(content);
  if (!refusal.success) {
    throw new RefusedError('internal', `The server answered with ${response.status}. Try again.`);
  }
  throw new RefusedError(refusal.data.error.code, refusal.data.error.message);
}
