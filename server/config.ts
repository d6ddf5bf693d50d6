/** Settings: read from config/default.yaml, an optional file and the environment; parsed once. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import proxyAddr from 'proxy-addr';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ClusterSettings } from './cluster/settings.ts';
import { PersonGrant } from './contract/access.ts';
import { AuditKind } from './contract/audit.ts';
import {
  GatewayName,
  mostNetworks,
  SiteCameras,
  SiteNetwork,
  Transcode,
} from './contract/gateway.ts';
import { IceServer } from './contract/media.ts';
import { ZoneNotice } from './contract/privacy.ts';
import { VideoCodec } from './contract/layers.ts';
import { ZoneId } from './contract/zone.ts';
import { StartupError } from './startup-error.ts';

export const projectFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const envPrefix = 'SURVEILLANCE_';
const Port = z.number().int().min(0).max(65535);
const Milliseconds = z.number().int().min(100).max(86_400_000);
const Days90 = z.number().int().min(1000).max(7_776_000_000);
const Count = z.number().int().min(1).max(1_000_000);
const Bytes = z.number().int().min(2_000_000).max(10_000_000_000);
/** 0 is for ever. */
const Days = z.number().int().min(0).max(36_500);
/** As `Europe/Berlin`; empty is the machine's. */
const TimeZone = z.string().refine(
  (name) => {
    try {
      return name === '' || new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
    } catch {
      return false;
    }
  },
  { message: 'a time zone has a name as Europe/Berlin' },
);
const BitRate = z.number().int().min(50_000).max(1_000_000_000);

const ListenAddress = z.string().transform((text, context) => {
  const [address = '', announced, ...rest] = text.split('=');
  if (isIP(address) === 0 || announced === '' || rest.length > 0) {
    context.addIssue({ code: 'custom', message: `"${text}" is not ADDRESS or ADDRESS=ANNOUNCED` });
    return z.NEVER;
  }
  return { address, announced };
});

/** Addresses and subnets as proxy-addr reads them: `10.0.0.0/8`, `::1`, `loopback`. */
const Subnets = z.array(z.string()).refine(
  (list) => {
    try {
      proxyAddr.compile(list);
      return true;
    } catch {
      return false;
    }
  },
  { message: 'it holds something that is neither an address nor a subnet' },
);

const Origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  message: 'an origin is SCHEME://HOST or SCHEME://HOST:PORT',
});

const OidcSettings = z
  .strictObject({
    issuer: z.url().or(z.literal('')),
    client_id: z.string(),
    client_secret: z.string(),
    public_url: Origin.or(z.literal('')),
    name: z.string().min(1).max(64),
    scope: z.string().regex(/\bopenid\b/),
    name_claim: z.string().min(1),
    grants_claim: z.string().min(1),
    grants: z.array(PersonGrant.extend({ value: z.string().min(1) })),
    check_interval: Days90,
    unchecked_limit: Days90,
  })
  .refine(({ issuer, client_id, public_url }) => issuer === '' || (client_id && public_url), {
    message: 'with an issuer, client_id and public_url are needed too',
  });

const Settings = z
  .strictObject({
    http: z.strictObject({
      host: z.string().min(1),
      port: Port,
      trusted_proxies: Subnets,
      metrics_from: Subnets,
      allowed_origins: z.array(Origin),
    }),
    access: z.strictObject({
      mode: z.enum(['accounts', 'open']),
      idle_limit: Days90,
      absolute_limit: Days90,
      enrolment_lifetime: Days90,
      invitation_lifetime: Days90,
    }),
    privacy: z.strictObject({ watermark: z.boolean(), notice: ZoneNotice }),
    oidc: OidcSettings,
    limits: z.strictObject({
      sign_in_failures_per_account: Count,
      sign_in_failures_per_address: Count,
      requests_per_account: Count,
      requests_per_address: Count,
      connections_per_address: Count,
      headers_time: Milliseconds,
      request_time: Milliseconds,
      idle_time: Milliseconds,
      handshakes_per_address: Count,
      sockets_per_account: Count.or(z.literal(0)),
      sockets_per_key: Count.or(z.literal(0)),
      sockets_per_address: Count,
      pending_sockets_per_address: Count,
      messages_per_socket: Count,
      messages_per_account: Count,
      messages_per_key: Count,
      bytes_per_socket: Bytes,
      bytes_per_account: Bytes,
      bytes_per_key: Bytes,
      faults_per_socket: Count,
      joins_per_sign_in: Count,
      zones_per_account: Count,
      zones_per_key: Count,
      records_per_account: Count,
      records_per_key: Count,
    }),
    tls: z.strictObject({
      enabled: z.boolean(),
      cert_file: z.string().min(1),
      key_file: z.string().min(1),
      check_interval: Milliseconds,
    }),
    media: z.strictObject({
      workers: z.number().int().min(0).max(256),
      worker: z.enum(['auto', 'fast', 'plain', 'official']),
      listen: z.array(ListenAddress),
      port: Port,
      codec: VideoCodec,
      max_camera_bitrate: BitRate,
      initial_viewer_bitrate: BitRate,
      consumers_per_worker: z.number().int().min(1).max(100_000),
      ice_servers: z.array(IceServer),
    }),
    capacity: z.strictObject({
      when_full: z.enum(['auto', 'on', 'off']),
      worker_cpu: z.number().int().min(1).max(100),
      process_cpu: z.number().int().min(1).max(100),
      line: z.number().int().min(0).max(10_000_000_000_000),
      consumers: z.number().int().min(0).max(10_000_000),
      window: z.number().int().min(500).max(60_000),
    }),
    camera: z.strictObject({
      stalled_after: Milliseconds,
      claim_timeout: Milliseconds,
      warm_up: Milliseconds,
      linger: Milliseconds,
      shut_out: Milliseconds,
    }),
    turn: z.strictObject({
      urls: z.array(z.string().regex(/^turns?:/)),
      secret: z.string(),
      lifetime: Milliseconds,
    }),
    session: z.strictObject({ grace: Milliseconds, drain: Milliseconds }),
    zones: z.strictObject({ configured: z.array(ZoneId) }),
    gateways: z.strictObject({ secret: z.string().min(16).or(z.literal('')) }),
    cluster: ClusterSettings,
    gateway: z.strictObject({
      name: GatewayName,
      networks: z.array(SiteNetwork).max(mostNetworks),
      cameras: SiteCameras,
      transcode: Transcode,
      health: z.string(),
    }),
    map: z.strictObject({ archive: z.string() }),
    store: z.strictObject({
      url: z.string(),
      folder: z.string().min(1),
      connections: z.number().int().min(2).max(1000),
    }),
    audit: z.strictObject({ retention: z.record(AuditKind, Days), time_zone: TimeZone }),
    log: z.strictObject({
      level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
      format: z.enum(['auto', 'json', 'pretty']),
    }),
  })
  .refine(({ cluster, store }) => cluster.redis_url === '' || /^postgres(ql)?:/.test(store.url), {
    path: ['store', 'url'],
    message: 'nodes of a cluster share one PostgreSQL, and SQLite is of one machine',
  });
export type Settings = z.infer<typeof Settings>;

type Tree = { [key: string]: unknown };

/**
 * The settings in force.
 * @param env variables; those that begin with SURVEILLANCE_ must name a setting
 * @param file a YAML file laid over the defaults
 * @throws StartupError naming the setting, when one is unknown or out of range
 */
export function loadSettings(env: NodeJS.ProcessEnv, file?: string): Settings {
  const defaults = readTree(path.join(projectFolder, 'config/default.yaml'));
  const layers = file === undefined ? [defaults] : [defaults, readTree(file)];
  const merged = layers.reduce((under, over) => merge(under, over));
  const outcome = Settings.safeParse(applyEnvironment(merged, defaults, env));
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.');
    throw new StartupError(`Unknown setting ${name}: config/default.yaml lists all there are.`);
  }
  const name = issue?.path.join('.') ?? '';
  throw new StartupError(
    `The setting ${name} is not usable: ${issue?.message ?? 'unknown reason'}.`,
  );
}

function readTree(file: string): Tree {
  let tree: unknown;
  try {
    tree = parseYaml(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new StartupError(`The configuration file ${file} cannot be read: ${reason}`);
  }
  if (!isTree(tree)) {
    throw new StartupError(`The configuration file ${file} does not hold settings by section.`);
  }
  return tree;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(under: Tree, over: Tree): Tree {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    merged[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return merged;
}

/** The default's type tells how a variable's text is meant, so names and kinds have one home. */
function applyEnvironment(settings: Tree, defaults: Tree, env: NodeJS.ProcessEnv): Tree {
  const overrides: Tree = {};
  const known = new Map<string, { section: string; key: string; sample: unknown }>();
  for (const [section, group] of Object.entries(defaults)) {
    if (!isTree(group)) continue;
    for (const [key, sample] of Object.entries(group)) {
      known.set(`${envPrefix}${section}_${key}`.toUpperCase(), { section, key, sample });
    }
  }
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(envPrefix) || text === undefined) continue;
    const target = known.get(name);
    if (!target) {
      throw new StartupError(`Unknown setting ${name}: config/default.yaml lists all there are.`);
    }
    const group = (overrides[target.section] ??= {}) as Tree;
    group[target.key] = fromText(text, target.sample);
  }
  return merge(settings, overrides);
}

function fromText(text: string, sample: unknown): unknown {
  if (typeof sample === 'string') return text;
  if (typeof sample === 'number') return text.trim() === '' ? Number.NaN : Number(text);
  if (Array.isArray(sample) && !text.trim().startsWith('[')) {
    return text.split(',').flatMap((part) => part.trim() || []);
  }
  return parseYaml(text) as unknown;
}
