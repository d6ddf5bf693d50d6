/** The gateway's file: read and parsed once, with one sentence for whoever has to mend it. */
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { Fingerprint } from '../server/contract/certificate.ts';
import { messageOf } from '../server/contract/errors.ts';
import {
  GatewayName,
  mostNetworks,
  SiteCameras,
  SiteNetwork,
  Transcode,
} from '../server/contract/gateway.ts';

/** A reason not to start that a person can act on; printed as one sentence, without a stack. */
export class ConfigError extends Error {}

const ServerUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password && pathname === '/' && !search;
}, 'https://HOST or https://HOST:PORT');

const HealthAddress = z.string().transform((text, context) => {
  const [, bracketed, plain = '', digits = ''] =
    /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  if (host !== '' && port <= 65_535) return { host, port };
  context.addIssue({ code: 'custom', message: 'HOST:PORT' });
  return z.NEVER;
});

export const defaultHealth = '127.0.0.1:9464';

const Config = z
  .strictObject({
    server: ServerUrl,
    key: z.string().min(1).optional(),
    key_file: z.string().min(1).optional(),
    ca_file: z.string().min(1).optional(),
    fingerprint: Fingerprint.optional(),
    name: GatewayName.default(nameOfHost),
    networks: z.array(SiteNetwork).max(mostNetworks).default([]),
    state_folder: z.string().min(1).default('gateway-state'),
    /** Where health and metrics are told; empty is nowhere. */
    health: z
      .literal('')
      .transform(() => undefined)
      .or(HealthAddress)
      .default(HealthAddress.parse(defaultHealth)),
    /** Bytes of a packet with its headers. */
    mtu: z.number().int().min(576).max(9000).default(1280),
    transcode: Transcode.default('auto'),
    log: z
      .strictObject({
        level: z
          .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
          .default('info'),
        format: z.enum(['auto', 'json', 'pretty']).default('auto'),
      })
      .default({ level: 'info', format: 'auto' }),
    cameras: SiteCameras.default([]),
  })
  .refine(({ key, key_file }) => key === undefined || key_file === undefined, {
    path: ['key_file'],
    message: 'the key stands in key or in key_file, not in both',
  });

export type Config = Omit<z.infer<typeof Config>, 'key_file' | 'ca_file'> & {
  /** Certificates of authorities, PEM. */
  readonly ca?: string | undefined;
};

/**
 * @param warn told what is not right and can be lived with
 * @throws ConfigError
 */
export function loadConfig(file: string, warn: (sentence: string) => void): Config {
  let tree: unknown;
  try {
    tree = parseYaml(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    // Only its first line: those after it show the text, in which passwords stand.
    const reason = messageOf(error).split('\n')[0] ?? '';
    throw new ConfigError(`The gateway's file ${file} cannot be read: ${reason}`);
  }
  const config = parseConfig(tree, path.dirname(path.resolve(file)));
  const secret = config.cameras.some(({ password }) => password !== undefined);
  const hasKey = typeof tree === 'object' && tree !== null && 'key' in tree;
  if (secret || hasKey) warnOfReaders(file, warn);
  if (typeof tree === 'object' && tree !== null && 'key_file' in tree) {
    warnOfReaders(resolve(path.dirname(path.resolve(file)), String(tree.key_file)), warn);
  }
  return config;
}

/**
 * @param folder that names of files are relative to
 * @throws ConfigError
 */
export function parseConfig(tree: unknown, folder: string): Config {
  const outcome = Config.safeParse(tree);
  if (!outcome.success) throw new ConfigError(sentenceOf(outcome.error, tree));
  const { key_file, ca_file, ...config } = outcome.data;
  const read = (field: string, name: string): string => {
    try {
      return readFileSync(resolve(folder, name), 'utf8');
    } catch (error) {
      throw new ConfigError(`The field ${field} is not usable: ${messageOf(error)}.`);
    }
  };
  const key = key_file === undefined ? config.key : read('key_file', key_file).trim();
  if (key === '') throw new ConfigError('The field key_file is not usable: the file is empty.');
  return {
    ...config,
    ...{ key, state_folder: resolve(folder, config.state_folder) },
    ca: ca_file === undefined ? undefined : read('ca_file', ca_file),
  };
}

const resolve = (folder: string, name: string): string => path.resolve(folder, name);

/** Names the field, and never what stands in it. */
function sentenceOf(error: z.ZodError, tree: unknown): string {
  const issue = error.issues[0];
  const fields = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const name = nameOf([...fields, issue.keys[0] ?? ''], tree);
    return `Unknown field ${name}: config/gateway.yaml lists all there are.`;
  }
  if (fields.length === 0) return "The gateway's file does not hold fields with their values.";
  return `The field ${nameOf(fields, tree)} is not usable: ${issue?.message ?? 'unknown reason'}.`;
}

/** Of a camera, by its name where it has one. */
function nameOf(fields: readonly PropertyKey[], tree: unknown): string {
  const [first, at, ...rest] = fields.map(String);
  if (first !== 'cameras' || at === undefined) return fields.map(String).join('.');
  const cameras = (tree as { cameras?: unknown[] }).cameras ?? [];
  const { success, data } = GatewayName.safeParse(
    (cameras[Number(at)] as { name?: unknown } | null | undefined)?.name,
  );
  return ['cameras', success ? data : `[${at}]`, ...rest].join('.');
}

function nameOfHost(): string {
  const name =
    hostname()
      .split('.')[0]
      ?.toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-') ?? '';
  return GatewayName.safeParse(name).data ?? 'gateway';
}

const othersMayRead = 0o077;

function warnOfReaders(file: string, warn: (sentence: string) => void): void {
  if ((statSync(file).mode & othersMayRead) === 0) return;
  warn(`Others on this machine may read ${file}, which holds secrets: chmod 600 it.`);
}
