/** One request to a camera over HTTP, bounded in time and size, and to the address that was checked. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Networks } from '../rtsp/networks.ts';
import { dial } from '../rtsp/dial.ts';
import { trustOf, type TrustSettings } from '../rtsp/trust.ts';
import { OnvifTrouble, onvifTroubleOf } from './trouble.ts';

/** For all of one request: name, connection, answer; ms. */
export const deadline = 5000;
/** bytes */
export const largestAnswer = 1024 * 1024;

export interface Way {
  readonly networks: Networks;
  readonly trust?: TrustSettings | undefined;
}

export interface Asked {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** It is sent by POST, as all of SOAP is. */
  readonly body: string;
  /** ms; of what is waited for at the camera, as events, more than the usual time */
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Answered {
  readonly status: number;
  readonly body: Buffer;
  /** `WWW-Authenticate`, each as it came. */
  readonly challenges: readonly string[];
  /** What the camera's clock says in `Date`; undefined where it does not. */
  readonly date: string | undefined;
}

/**
 * Redirects are not followed.
 * @throws OnvifTrouble
 */
export async function ask(asked: Asked, way: Way): Promise<Answered> {
  const { within = deadline, signal } = asked;
  const over = new AbortController();
  const late = new OnvifTrouble('unreachable', `no whole answer in ${within / 1000} s`);
  const end = (): void => over.abort(new OnvifTrouble('unreachable', 'not wanted any more'));
  const timer = setTimeout(() => over.abort(late), within);
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  // Whoever waits hears of the end at once, whatever still hangs below.
  const ended = new Promise<never>((_, reject) => {
    if (over.signal.aborted) reject(over.signal.reason as Error);
    over.signal.addEventListener('abort', () => reject(over.signal.reason as Error));
  });
  try {
    return await Promise.race([askUntil(asked, way, over.signal), ended]);
  } catch (error) {
    throw onvifTroubleOf(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

async function askUntil(asked: Asked, { networks, trust }: Way, signal: AbortSignal) {
  const url = new URL(asked.url);
  const [address = ''] = await networks.resolve(url.hostname);
  const isSecure = url.protocol === 'https:';
  const socket = await dial(
    {
      address,
      host: url.hostname,
      port: Number(url.port || (isSecure ? 443 : 80)),
      ...(isSecure && { trust: trustOf(trust ?? {}) }),
    },
    signal,
  );
  try {
    return await new Promise<Answered>((resolve, reject) => {
      const stop = (): void => void socket.destroy();
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      const { body } = asked;
      const request = httpRequest({
        createConnection: () => socket,
        ...{ method: 'POST', path: `${url.pathname}${url.search}`, setHost: false },
        headers: {
          host: url.host,
          connection: 'close',
          'user-agent': 'smart-city-gateway',
          'accept-encoding': 'identity',
          'content-length': Buffer.byteLength(body),
          ...Object.fromEntries(
            Object.entries(asked.headers ?? {}).filter(([, value]) => value !== undefined),
          ),
        },
      });
      let hasAnswered = false;
      request.on('response', (response) => {
        hasAnswered = true;
        read(response).then(resolve, reject);
      });
      request.on('error', (error: Error & { code?: string }) => reject(brokenBy(error)));
      request.on('close', () => {
        if (!hasAnswered) reject(new OnvifTrouble('unreachable', 'it closed the connection'));
      });
      request.end(body);
    });
  } finally {
    socket.destroy();
  }
}

async function read(response: IncomingMessage): Promise<Answered> {
  const { statusCode: status = 0, headers } = response;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > largestAnswer) {
      throw new OnvifTrouble('not-onvif', `its answer is larger than ${largestAnswer} bytes`);
    }
    parts.push(part);
  }
  if (status >= 300 && status < 400) {
    throw new OnvifTrouble('not-onvif', 'it sends to another address, which is not followed');
  }
  const challenges = response.headersDistinct['www-authenticate'] ?? [];
  return { status, body: Buffer.concat(parts), challenges, date: headers.date };
}

/** HTTP that makes no sense is not the line's fault. */
function brokenBy(error: Error & { code?: string }): OnvifTrouble {
  const { code = '', message } = error;
  return /^HPE_/.test(code)
    ? new OnvifTrouble('not-onvif', `it does not speak HTTP (${code})`)
    : new OnvifTrouble('unreachable', code || message);
}
