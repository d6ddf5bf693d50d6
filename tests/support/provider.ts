/** A real OpenID Connect provider on loopback, at which whoever is said to sit there signs in at once. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { Visitor, type Reply } from './visitor.ts';

export interface Someone {
  readonly subject: string;
  readonly name: string;
  readonly groups: string[];
}

export interface RunningProvider {
  readonly issuer: string;
  /** Who sits at the browser from now on; undefined turns everyone away. */
  visitor: Someone | undefined;
  /** What is known of those who have been here; whoever is deleted has no account there any more. */
  readonly known: Map<string, Someone>;
  /** While true, nothing is answered. */
  silent: boolean;
  stop(): Promise<void>;
}

const client = { id: 'surveillance', secret: 'a secret between the two servers' };

/** The settings of a server at `url` that lets people in by the provider, on a first start and over HTTP. */
export function signOnSettings(
  { issuer }: RunningProvider,
  url: string,
  grants: { value: string; role: string; zones: string }[],
): Record<string, string> {
  return {
    HTTP_PORT: new URL(url).port,
    TLS_ENABLED: 'false',
    ACCESS_MODE: 'accounts',
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_PUBLIC_URL: url,
    OIDC_NAME: 'City account',
    OIDC_GRANTS: JSON.stringify(grants),
  };
}

/** @param consoleUrl the address of the server that sends people here */
export async function startProvider(consoleUrl: string): Promise<RunningProvider> {
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const issuer = `http://localhost:${(http.address() as AddressInfo).port}`;
  const running: RunningProvider = {
    issuer,
    visitor: undefined,
    known: new Map(),
    silent: false,
    async stop() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  const { known } = running;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${consoleUrl}/api/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    findAccount: (_context, id) =>
      known.has(id)
        ? {
            accountId: id,
            claims: () => ({
              sub: id,
              preferred_username: known.get(id)?.name,
              groups: known.get(id)?.groups,
            }),
          }
        : undefined,
    issueRefreshToken: () => true,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [signingKey()] },
    ttl: {
      Interaction: 600,
      Session: 600,
      Grant: 600,
      AccessToken: 600,
      IdToken: 600,
      RefreshToken: 600,
    },
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
  });
  const serve = provider.callback();
  http.on('request', (request, response) => {
    if (running.silent) return;
    const answer = request.url?.startsWith('/interaction/')
      ? interact(provider, running, known, request, response)
      : serve(request, response);
    answer.catch((error: unknown) => response.destroy(error as Error));
  });
  return running;
}

/**
 * Goes through the provider's pages.
 * @param begun the answer that has sent the browser there
 * @param there the browser, as it is known there
 * @returns path and query at which it is sent back
 */
export async function passProvider(
  { issuer }: RunningProvider,
  begun: Reply,
  there = new Visitor(issuer),
): Promise<string> {
  let at = new URL(begun.headers.get('location') ?? '');
  while (at.origin === issuer) {
    const { headers } = await there.ask('GET', at.pathname + at.search, undefined, {});
    at = new URL(headers.get('location') ?? '', at);
  }
  return at.pathname + at.search;
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'test' };
}

async function interact(
  provider: Provider,
  { visitor }: RunningProvider,
  known: Map<string, Someone>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (!visitor) {
    const refused = { error: 'access_denied', error_description: 'nobody is here' };
    return provider.interactionFinished(request, response, refused);
  }
  known.set(visitor.subject, visitor);
  if (prompt.name === 'login') {
    const result = { login: { accountId: visitor.subject } };
    return provider.interactionFinished(request, response, result);
  }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? '',
    clientId: String(params.client_id),
  });
  grant.addOIDCScope('openid profile');
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent });
}
