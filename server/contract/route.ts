/** How a request over HTTP is described, once for the server, the page, and whoever else asks. */
import type { z } from 'zod';
import type { Action } from './policy.ts';

/** What comes before each path of the API. */
export const apiPrefix = '/api';

/**
 * Who may ask: anyone, addresses that the setting http.metrics_from lists, whoever is signed in, people but no keys, or
 * those whom the policy lets do this; of several actions, any. An action in a zone is asked for the zone that the path
 * names as `zone`, and for any zone where it names none.
 */
export type Who = 'anyone' | 'listed-address' | 'signed-in' | 'person' | Action | readonly Action[];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the prefix; `:name` stands for what `params` calls so. */
  readonly path: string;
  /** At the server's root, not below the prefix, for programs that look after servers; in this spelling alone. */
  readonly root?: true;
  readonly who: Who;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** JSON */
  readonly body?: z.ZodType;
  /** JSON; or that the browser is sent to another page, or given a file or plain text. */
  readonly answer: z.ZodType | 'redirect' | 'file' | 'text';
  /** Of an answer that tells of something new; 200 if not said. */
  readonly status?: 201;
  /** Of the same answer when it tells of trouble. */
  readonly trouble?: 503;
}

type Part = 'params' | 'query' | 'body';
type Schema<R, P extends keyof R> = R[P] extends z.ZodType ? R[P] : never;

/** What whoever asks gives. */
export type Asking<R extends Route> = {
  readonly [P in keyof R & Part]: z.input<Schema<R, P>>;
};
/** The same as the server reads it. */
export type Asked<R extends Route> = {
  readonly [P in keyof R & Part]: z.output<Schema<R, P>>;
};
/** What the server gives; nothing where it sends the browser elsewhere, a file or text. */
export type Answer<R extends Route> = R['answer'] extends z.ZodType ? z.input<R['answer']> : void;

/** The arguments of a request: none for one that needs nothing. */
export type Arguments<R extends Route> = keyof R & Part extends never ? [] : [asking: Asking<R>];

/** The address of a request on its server; what is undefined or empty is left out of its query. */
export function addressOf<R extends Route>({ path, root }: R, ...[asking]: Arguments<R>): string {
  const { params = {}, query = {} }: { params?: unknown; query?: unknown } = asking ?? {};
  const named = new Map(Object.entries(params as object));
  const place = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(named.get(name))),
  );
  const given = Object.entries(query as object)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => [name, String(value)]);
  const search = new URLSearchParams(given).toString();
  return `${root ? '' : apiPrefix}${place}${search === '' ? '' : `?${search}`}`;
}
