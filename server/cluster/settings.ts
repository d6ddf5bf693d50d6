/** The settings of several nodes as one service, `cluster.*`. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { NodeId } from '../contract/node.ts';

const shortestSecret = 32;

/** HOST:PORT, where HOST is a name, an IPv4 address, or an IPv6 address in brackets. */
const HostAndPort = z.string().transform((text, context) => {
  const url = URL.canParse(`tcp://${text}`) ? new URL(`tcp://${text}`) : undefined;
  if (!url || url.host !== text.toLowerCase() || url.port === '' || url.port === '0') {
    context.addIssue({ code: 'custom', message: `"${text}" is not HOST:PORT` });
    return z.NEVER;
  }
  return { host: hostOf(url), port: Number(url.port) };
});
export type HostAndPort = z.infer<typeof HostAndPort>;

/** ADDRESS or ADDRESS=ANNOUNCED, both of them IP addresses that lead to one machine. */
const PipeListen = z.string().transform((text, context) => {
  const [address = '', announced, ...rest] = text.split('=');
  const isUnspecified = address === '0.0.0.0' || address === '::';
  const usable = isIP(address) !== 0 && rest.length === 0;
  const told = announced === undefined ? !isUnspecified : isIP(announced) !== 0;
  if (usable && told) return { address, announced };
  const message = isUnspecified
    ? `other nodes cannot send to "${text}": say ${address}=ADDRESS`
    : `"${text}" is not ADDRESS or ADDRESS=ANNOUNCED, both IP addresses`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** FIRST-LAST */
const PortRange = z.string().transform((text, context) => {
  const [, first, last] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (first && last && first <= last && last <= 65_535) return { first, last };
  context.addIssue({ code: 'custom', message: `"${text}" is not FIRST-LAST, two UDP ports` });
  return z.NEVER;
});

/** Empty is nothing. */
const orNothing = (text: unknown): unknown => (text === '' ? undefined : text);

export const ClusterSettings = z
  .strictObject({
    redis_url: z
      .string()
      .refine((text) => text === '' || /^rediss?:$/.test(parsed(text)?.protocol ?? ''), {
        message: 'it is not an address as rediss://NAME:PASSWORD@HOST:6379',
      }),
    sentinels: z.array(HostAndPort),
    sentinel_master: z.string().min(1),
    redis_ca_file: z.string(),
    node: z.string().refine((text) => text === '' || NodeId.safeParse(text).success, {
      message: 'it is up to 64 letters, digits, and . _ -',
    }),
    address: z.preprocess(orNothing, HostAndPort.optional()),
    secret: z.string(),
    pipe_listen: z.preprocess(orNothing, PipeListen.optional()),
    pipe_ports: PortRange,
    lease: z.number().int().min(1000).max(60_000),
    trust_for: z.number().int().min(1000).max(86_400_000),
    fan_out: z.number().int().min(1).max(1000),
  })
  .superRefine(({ redis_url, node, address, secret, pipe_listen }, context) => {
    if (redis_url === '') return;
    const demand = (name: string, holds: boolean, message: string): void => {
      if (!holds) context.addIssue({ code: 'custom', path: [name], message });
    };
    demand('node', node !== '', 'in a cluster each node has a name of its own');
    demand(
      'address',
      address !== undefined,
      'in a cluster other nodes have to reach this one at HOST:PORT',
    );
    demand(
      'pipe_listen',
      pipe_listen !== undefined,
      'in a cluster media goes between nodes, and needs an address',
    );
    demand(
      'secret',
      secret.length >= shortestSecret,
      `in a cluster all nodes share one, of at least ${shortestSecret} characters`,
    );
  });
export type ClusterSettings = z.infer<typeof ClusterSettings>;

/** As a socket takes it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
