/** Cameras that administrators set in the console: kept per gateway, their users and passwords sealed. */
import { z } from 'zod';
import type { By } from '../access/caller.ts';
import type { Changes } from '../access/changes.ts';
import type { Seal } from '../access/sealed.ts';
import { RefusedError } from '../contract/errors.ts';
import { mostCameras, SiteCamera } from '../contract/gateway.ts';
import { ShownCamera, type ChangeCamera } from '../contract/gateway-list.ts';
import type { AskedCamera } from '../contract/onvif.ts';
import type { SiteCameraRecord } from '../store/gateway-repository.ts';
import type { Records, Store } from '../store/store.ts';

/** What only a camera's gateway is told. */
const Secrets = z.object({ user: z.string().optional(), password: z.string().optional() });

/** A camera as it is kept. */
export interface KeptCamera {
  readonly gateway: string;
  /** Its password, and its user, are missing where they cannot be read any more. */
  readonly camera: SiteCamera;
  readonly hasPassword: boolean;
  /** Whether it is sealed with another secret than this server's. */
  readonly unreadable: boolean;
}

export interface SiteCamerasParts {
  readonly store: Pick<Store, 'gateways'>;
  readonly changes: Changes;
  /** Undefined where nothing can be sealed. @throws RefusedError `unavailable` when its secret cannot be had */
  readonly seal: () => Seal | undefined;
  /** Told after each change. */
  readonly changed: () => void;
}

export class SiteCameras {
  readonly #parts: SiteCamerasParts;
  /** What was read before: all are looked at with each change of anything. */
  readonly #opened = new Map<
    string,
    { readonly record: SiteCameraRecord; readonly kept: KeptCamera }
  >();

  constructor(parts: SiteCamerasParts) {
    this.#parts = parts;
  }

  async list(): Promise<KeptCamera[]> {
    const records = await this.#parts.store.gateways.cameras();
    const names = new Set(records.map(nameOf));
    for (const name of this.#opened.keys()) if (!names.has(name)) this.#opened.delete(name);
    return records.map((record) => this.#open(record));
  }

  async of(gateway: string): Promise<KeptCamera[]> {
    const records = await this.#parts.store.gateways.camerasOf(gateway);
    return records.map((record) => this.#open(record));
  }

  /** @throws RefusedError `not-found` without such a gateway, `name-taken`, `throttled` when it has all that it may */
  add(by: By, gateway: string, camera: SiteCamera): Promise<KeptCamera> {
    return this.#make(by, async (records, tell) => {
      const known = await this.#known(records, gateway);
      if (known.some(({ camera: { name } }) => name === camera.name)) {
        throw new RefusedError('name-taken', `There is a camera ${camera.name} already.`);
      }
      if (known.length >= mostCameras) {
        throw new RefusedError('throttled', `A gateway has at most ${mostCameras} cameras.`);
      }
      tell('camera-added', gateway, camera);
      return this.#save(records, gateway, camera);
    });
  }

  /** @throws RefusedError `not-found` */
  change(by: By, gateway: string, name: string, change: ChangeCamera): Promise<KeptCamera> {
    return this.#make(by, async (records, tell) => {
      const before = requireCamera(await this.#known(records, gateway), name);
      if (before.unreadable && change.password === undefined && change.enabled !== false) {
        throw new RefusedError(
          'invalid-request',
          'The password that is kept was sealed with another secret: set it again.',
        );
      }
      const camera = changed(before.camera, change);
      const { enabled, ...rest } = change;
      const more = Object.values(rest).some((value) => value !== undefined);
      if (more) tell('camera-changed', gateway, camera, { passwordSet: !!change.password });
      else tell(enabled === false ? 'camera-disabled' : 'camera-enabled', gateway, camera);
      // What cannot be read is kept: the secret may come back.
      const sealed = before.unreadable && change.password === undefined;
      return this.#save(records, gateway, camera, sealed);
    });
  }

  /** @throws RefusedError `not-found` */
  async remove(by: By, gateway: string, name: string): Promise<void> {
    await this.#make(by, async (records, tell) => {
      const { camera } = requireCamera(await this.#known(records, gateway), name);
      await records.gateways.removeCamera(gateway, name);
      tell('camera-removed', gateway, camera);
    });
  }

  /** Records that a camera was tried. @returns the camera, with the secrets of the one that is kept where it has none */
  async forTest(by: By, gateway: string, camera: SiteCamera): Promise<SiteCamera> {
    return this.#parts.changes.make(by, async (records, tell) => {
      const kept = (await this.#known(records, gateway)).find(
        (one) => one.camera.name === camera.name,
      );
      tell({ action: 'camera-tested', zone: camera.zone, detail: about(gateway, camera) });
      // The password that is kept goes to the host that it was set for, and to no other.
      if (!kept || camera.password !== undefined || !sameHosts(kept.camera, camera)) return camera;
      const { user, password } = kept.camera;
      return { ...camera, ...given({ user: camera.user ?? user, password }) };
    });
  }

  /** Records that cameras were looked for. @throws RefusedError `not-found` */
  async searched(by: By, gateway: string): Promise<void> {
    await this.#parts.changes.make(by, async ({ gateways }, tell) => {
      if (!(await gateways.find(gateway))) throw unknownGateway(gateway);
      tell({ action: 'cameras-searched', detail: { gateway } });
    });
  }

  /**
   * Records that a camera's device is asked, or changed.
   * @returns what is asked, with the secrets that are kept for that host where it has none
   */
  async forAsking(
    by: By,
    gateway: string,
    asked: AskedCamera,
    action: string,
    more: object = {},
  ): Promise<AskedCamera> {
    return this.#parts.changes.make(by, async (records, tell) => {
      const kept = await this.#known(records, gateway);
      tell({ action, detail: { gateway, host: new URL(asked.url).host, ...more } });
      if (asked.password !== undefined) return asked;
      const { hostname } = new URL(asked.url);
      const same = kept.find(
        ({ camera }) =>
          camera.password !== undefined &&
          (asked.user === undefined || asked.user === camera.user) &&
          addressesOf(camera).some((address) => new URL(address).hostname === hostname),
      );
      if (!same) return asked;
      const { user, password } = same.camera;
      return { ...asked, ...given({ user, password }) };
    });
  }

  /** Forgets a gateway and all that is set for it. @throws RefusedError `not-found` */
  async forget(by: By, gateway: string): Promise<void> {
    await this.#parts.changes.make(by, async (records, tell) => {
      if (!(await records.gateways.remove(gateway))) throw unknownGateway(gateway);
      tell({ action: 'gateway-forgotten', detail: { gateway } });
    });
    this.#parts.changed();
  }

  async #make<T>(
    by: By,
    work: (
      records: Records,
      tell: (action: string, gateway: string, camera: SiteCamera, more?: object) => void,
    ) => Promise<T>,
  ): Promise<T> {
    const outcome = await this.#parts.changes.make(by, (records, tell) =>
      work(records, (action, gateway, camera, more = {}) =>
        tell({ action, zone: camera.zone, detail: { ...about(gateway, camera), ...more } }),
      ),
    );
    this.#parts.changed();
    return outcome;
  }

  async #known({ gateways }: Records, gateway: string): Promise<KeptCamera[]> {
    if (!(await gateways.find(gateway))) throw unknownGateway(gateway);
    return (await gateways.camerasOf(gateway)).map((record) => this.#open(record));
  }

  /** @param keep the secrets as they are */
  async #save(
    { gateways }: Records,
    gateway: string,
    camera: SiteCamera,
    keep = false,
  ): Promise<KeptCamera> {
    const { user, password, ...settings } = camera;
    const before = keep ? await gateways.camerasOf(gateway) : [];
    const former = before.find(({ name }) => name === camera.name)?.sealed ?? null;
    const sealed = keep ? former : this.#close({ user, password });
    const record = { gateway, name: camera.name, settings: JSON.stringify(settings), sealed };
    await gateways.saveCamera(record);
    return this.#open(record);
  }

  #close({ user, password }: z.infer<typeof Secrets>): string | null {
    if (user === undefined && password === undefined) return null;
    const seal = this.#parts.seal();
    if (seal) return seal.close(JSON.stringify(given({ user, password })));
    throw new RefusedError(
      'unavailable',
      'Passwords of cameras cannot be kept: in a cluster, all nodes need the setting gateways.secret.',
    );
  }

  #open(record: SiteCameraRecord): KeptCamera {
    const { gateway, settings, sealed } = record;
    const before = this.#opened.get(nameOf(record));
    if (before?.record.settings === settings && before.record.sealed === sealed) return before.kept;
    const opened = sealed === null ? '{}' : this.#parts.seal()?.open(sealed);
    const secrets = opened === undefined ? {} : Secrets.parse(JSON.parse(opened));
    const camera = SiteCamera.parse({ ...(JSON.parse(settings) as object), ...secrets });
    const unreadable = opened === undefined;
    const hasPassword = unreadable || camera.password !== undefined;
    const kept = { gateway, camera, unreadable, hasPassword };
    this.#opened.set(nameOf(record), { record, kept });
    return kept;
  }
}

function nameOf({ gateway, name }: SiteCameraRecord): string {
  return `${gateway} ${name}`;
}

/** @param withheld why its gateway is not given it */
export function shownCamera(
  { camera, hasPassword }: KeptCamera,
  withheld: ShownCamera['withheld'],
): ShownCamera {
  const settings = ShownCamera.omit({ hasPassword: true, withheld: true }).parse(
    Object.fromEntries(Object.entries(camera).filter(([field]) => field !== 'password')),
  );
  return { ...settings, hasPassword, ...(withheld === undefined ? {} : { withheld }) };
}

function changed(before: SiteCamera, change: ChangeCamera): SiteCamera {
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  const taken = new Set(said.filter(([, value]) => value === null).map(([field]) => field));
  const next = Object.entries({ ...before, ...Object.fromEntries(said) });
  const after = SiteCamera.parse(Object.fromEntries(next.filter(([field]) => !taken.has(field))));
  if (change.password !== undefined || !before.password || sameHosts(before, after)) return after;
  throw new RefusedError(
    'invalid-request',
    'password: at another host it has to be said again, so that it goes to no camera unmeant.',
  );
}

/** Whether one's addresses are at hosts of the other. */
function sameHosts(one: SiteCamera, other: SiteCamera): boolean {
  const hosts = ({ url, sub }: SiteCamera): string[] =>
    [url, sub].flatMap((address) => (address === undefined ? [] : [new URL(address).host]));
  const known = new Set(hosts(one));
  if (!hosts(other).every((host) => known.has(host))) return false;
  // ONVIF is at a port of its own, and never told a password as it is.
  const names = addressesOf(one).map((address) => new URL(address).hostname);
  return other.onvif === undefined || names.includes(new URL(other.onvif.url).hostname);
}

function addressesOf({ url, sub, onvif }: SiteCamera): string[] {
  return [url, sub, onvif?.url].filter((address) => address !== undefined);
}

/** For the audit: never a secret, and a path or query may hold one. */
function about(gateway: string, camera: SiteCamera): Record<string, unknown> {
  return { gateway, camera: camera.name, host: new URL(camera.url).host };
}

function requireCamera(known: readonly KeptCamera[], name: string): KeptCamera {
  const found = known.find(({ camera }) => camera.name === name);
  if (found) return found;
  throw new RefusedError('not-found', `No camera ${name} is set in the console.`);
}

function unknownGateway(name: string): RefusedError {
  return new RefusedError('not-found', `There is no gateway ${name}.`);
}

function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]: Exclude<T[K], undefined> };
}
