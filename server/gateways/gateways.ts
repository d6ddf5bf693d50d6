/** The gateways that are connected to this server, what they say of their cameras, and those that were seen before. */
import type { Logger } from 'pino';
import type { By, Caller } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import {
  mostCameras,
  type CameraTest,
  type GatewayName,
  type SiteCamera,
  type SiteCameraReport,
} from '../contract/gateway.ts';
import {
  mostGateways,
  type ChangeCamera,
  type Gateway,
  type GatewayList,
  type ShownCamera,
} from '../contract/gateway-list.ts';
import { may } from '../contract/policy.ts';
import { matchesZone } from '../contract/zone.ts';
import type { GatewayRecord } from '../store/gateway-repository.ts';
import type { Records, Store } from '../store/store.ts';
import { timeOfDay } from '../time.ts';
import { shownCamera, type KeptCamera, type SiteCameras } from './site-cameras.ts';
import { aloneWithGateways, type ConnectedGateway, type OtherGateways } from './other-gateways.ts';

/** The socket of a gateway, as it is seen here. */
export interface GatewayLink {
  /** Who speaks on it, as of now. */
  readonly caller: Caller;
  readonly address: string;
  /** When it was let in, ms of `performance.now()`. */
  readonly since: number;
  /** Tells which cameras are set for it. @throws Error when that is not confirmed in time */
  setCameras(cameras: SiteCamera[]): Promise<void>;
  /** @throws Error when there is no answer in time */
  test(camera: SiteCamera): Promise<CameraTest>;
  /** Ends the connection, and says why. */
  end(error: RefusedError): void;
}

export interface Hello {
  readonly name: GatewayName;
  readonly version: string;
  readonly time: number;
}

/** One that is connected here and has said who it is. */
interface Connected {
  readonly link: GatewayLink;
  readonly hello: Hello;
  readonly key: { readonly id: string; readonly name: string };
  readonly clockError: number;
  /** ms since the epoch */
  readonly cameAt: number;
  reports: SiteCameraReport[];
  /** The cameras that it was told last, JSON. */
  told: string;
}

export interface GatewaysParts {
  readonly store: Pick<Store, 'gateways' | 'keys' | 'zones' | 'transaction'>;
  readonly cameras: SiteCameras;
  readonly log: Logger;
}

export class Gateways {
  /** Those at other nodes. */
  others: OtherGateways = aloneWithGateways;
  readonly #parts: GatewaysParts;
  readonly #connected = new Map<GatewayName, Connected>();
  #seen = false;
  /** One change of what is told at a time, so that none overtakes another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: GatewaysParts) {
    this.#parts = parts;
  }

  /** Whether there has ever been one, as far as is known here. */
  get seen(): boolean {
    return this.#seen;
  }

  /**
   * A gateway says who it is. One of the same name and key takes the place of the one before.
   * @returns the cameras that are set for it
   * @throws RefusedError `name-taken` when the name is another key's, `throttled` when there are too many gateways
   */
  async hello(link: GatewayLink, hello: Hello): Promise<SiteCamera[]> {
    const { name, version, time } = hello;
    const now = timeOfDay();
    // It greets as soon as it is let in: that was one way there and back.
    const roundTrip = performance.now() - link.since;
    const clockError = Math.round(time + roundTrip / 2 - now);
    const { principal } = link.caller;
    const key = principal.kind === 'key' ? { id: principal.id, name: principal.name } : noKey;
    await this.#parts.store.transaction(async (records) => {
      await this.#requireFree(records, name, key);
      const address = link.address;
      const record = { name, keyId: key.id, keyName: key.name, version, address, lastSeen: now };
      await records.gateways.save(record);
    });
    const former = this.#connected.get(name);
    if (former && former.link !== link) this.#replaced(former);
    for (const [other, { link: theirs }] of this.#connected) {
      if (theirs === link && other !== name) this.#connected.delete(other);
    }
    const told = { told: '', reports: former?.link === link ? former.reports : [] };
    const connected: Connected = { link, hello, key, clockError, cameAt: now, ...told };
    this.#connected.set(name, connected);
    this.#seen = true;
    this.others.came(name);
    this.#parts.log.info({ gateway: name, version, clockError }, 'gateway connected');
    const cameras = given(await this.#parts.cameras.of(name), link);
    connected.told = JSON.stringify(cameras);
    return cameras;
  }

  /** @throws RefusedError `not-joined` before its hello, `forbidden` where its key does not allow a zone */
  report(link: GatewayLink, reports: SiteCameraReport[]): void {
    const connected = this.#of(link);
    if (!connected) throw new RefusedError('not-joined', 'This gateway has not said its name.');
    connected.reports = reports.slice(0, mostCameras);
  }

  /** Told that a gateway's socket is gone. */
  gone(link: GatewayLink): void {
    const connected = this.#of(link);
    if (!connected) return;
    const { name } = connected.hello;
    this.#connected.delete(name);
    this.#parts.log.info({ gateway: name }, 'gateway disconnected');
    this.#parts.store.gateways
      .seen(name, timeOfDay())
      .catch((error: unknown) =>
        this.#parts.log.debug({ err: error }, 'when a gateway was seen last is not kept'),
      );
  }

  /** Told by another node that a gateway of this name is there now. */
  cameElsewhere(name: GatewayName): void {
    this.#seen = true;
    const connected = this.#connected.get(name);
    if (connected) this.#replaced(connected);
  }

  /** Those that are connected here. */
  get here(): ConnectedGateway[] {
    return [...this.#connected.values()].map(
      ({ hello: { name, version }, key, link: { address }, clockError, cameAt, reports }) => ({
        ...{ name, version, key, address, clockError, cameAt, reports },
      }),
    );
  }

  /** All that are known, wherever they are connected. */
  async list(): Promise<GatewayList> {
    const { store, cameras } = this.#parts;
    const [records, kept, elsewhere] = await Promise.all([
      store.gateways.list(),
      cameras.list(),
      this.others.list(),
    ]);
    const connected = new Map<string, ConnectedGateway & { readonly node?: string }>();
    for (const one of [...elsewhere.gateways, ...this.here]) {
      const known = connected.get(one.name);
      if (!known || known.cameAt <= one.cameAt) connected.set(one.name, one);
    }
    const now = timeOfDay();
    const keys = await store.keys.list();
    const zonesOf = (keyId: string): string | undefined =>
      keys.find(({ id }) => id === keyId)?.zones;
    const gateways = records.map((record) =>
      described(
        record,
        connected.get(record.name),
        kept.filter(({ gateway }) => gateway === record.name),
        zonesOf(record.keyId),
        now,
      ),
    );
    return { gateways, unknownAt: elsewhere.unknownAt };
  }

  addCamera(by: By, gateway: GatewayName, camera: SiteCamera): Promise<ShownCamera> {
    return this.#shown(this.#parts.cameras.add(by, gateway, camera));
  }

  changeCamera(
    by: By,
    gateway: GatewayName,
    name: GatewayName,
    change: ChangeCamera,
  ): Promise<ShownCamera> {
    return this.#shown(this.#parts.cameras.change(by, gateway, name, change));
  }

  removeCamera(by: By, gateway: GatewayName, name: GatewayName): Promise<void> {
    return this.#parts.cameras.remove(by, gateway, name);
  }

  /**
   * Has a camera tried by its gateway, wherever that is connected. The still has no masks in it, so nobody gets one of a
   * zone that has any.
   * @throws RefusedError `unavailable` when the gateway is not connected, or does not answer
   */
  async test(by: By, gateway: GatewayName, camera: SiteCamera): Promise<CameraTest> {
    const whole = await this.#parts.cameras.forTest(by, gateway, camera);
    const test = (await this.testHere(gateway, whole)) ?? (await this.others.test(gateway, whole));
    const zone = await this.#parts.store.zones.find(camera.zone);
    if (zone === undefined || zone.masks.length === 0) return test;
    return { ...test, still: undefined, masked: true };
  }

  /** @returns undefined where the gateway is not connected here. @throws RefusedError `unavailable` */
  async testHere(gateway: GatewayName, camera: SiteCamera): Promise<CameraTest | undefined> {
    const connected = this.#connected.get(gateway);
    if (!connected) return undefined;
    try {
      return await connected.link.test(camera);
    } catch (error) {
      this.#parts.log.debug({ err: error, gateway }, 'a test was not answered');
      throw new RefusedError('unavailable', `The gateway ${gateway} does not answer.`);
    }
  }

  /** @throws RefusedError `invalid-request` while it is connected, `not-found` */
  async forget(by: By, gateway: GatewayName): Promise<void> {
    const { gateways } = await this.others.list();
    if (this.#connected.has(gateway) || gateways.some(({ name }) => name === gateway)) {
      throw new RefusedError(
        'invalid-request',
        `The gateway ${gateway} is connected: stop it, or revoke its key, first.`,
      );
    }
    await this.#parts.cameras.forget(by, gateway);
  }

  /** Tells each gateway here what is set for it, where that is not what it was told last. */
  refresh(): Promise<void> {
    const turn = this.#last.then(() => this.#tellAll());
    this.#last = turn.catch(() => {}); // The caller hears of it; the next look is made anyway.
    return turn;
  }

  async #tellAll(): Promise<void> {
    if (!this.#seen) this.#seen = (await this.#parts.store.gateways.list()).length > 0;
    if (this.#connected.size === 0) return;
    const kept = await this.#parts.cameras.list();
    for (const connected of this.#connected.values()) {
      const { name } = connected.hello;
      this.#tell(
        connected,
        kept.filter(({ gateway }) => gateway === name),
      );
    }
  }

  /** Not waited for: a gateway that confirms nothing keeps nobody from hearing what is new. */
  #tell(connected: Connected, kept: readonly KeptCamera[]): void {
    const { link, hello } = connected;
    const cameras = given(kept, link);
    const told = JSON.stringify(cameras);
    if (told === connected.told) return;
    connected.told = told;
    link.setCameras(cameras).catch((error: unknown) => {
      // To be told again with the next change, or its next hello.
      if (connected.told === told) connected.told = '';
      this.#parts.log.warn({ err: error, gateway: hello.name }, 'a gateway has not confirmed');
    });
  }

  async #shown(made: Promise<KeptCamera>): Promise<ShownCamera> {
    const kept = await made;
    const { store } = this.#parts;
    const record = await store.gateways.find(kept.gateway);
    const key = record && (await store.keys.find(record.keyId));
    return shownCamera(kept, withheld(kept, record?.keyId === '' ? '*' : key?.zones));
  }

  /** @throws RefusedError `name-taken` or `throttled` */
  async #requireFree(
    { gateways, keys }: Records,
    name: GatewayName,
    key: Connected['key'],
  ): Promise<void> {
    const record = await gateways.find(name);
    if (!record) {
      if ((await gateways.list()).length < mostGateways) return;
      throw new RefusedError(
        'throttled',
        `There are ${mostGateways} gateways already; forget one of them in the console.`,
      );
    }
    if (record.keyId === key.id) return;
    // A key that was revoked is followed by one of the same name, which an administrator has made.
    const former = record.keyId === '' ? undefined : await keys.find(record.keyId);
    if (record.keyId !== '' && !former && record.keyName === key.name) return;
    throw new RefusedError(
      'name-taken',
      `The gateway ${name} signs in with another key. Give this one another name, or forget that one in the console.`,
    );
  }

  #replaced({ link, hello }: Connected): void {
    this.#connected.delete(hello.name);
    link.end(
      new RefusedError('session-replaced', `Another gateway ${hello.name} has come with this key.`),
    );
  }

  #of(link: GatewayLink): Connected | undefined {
    return [...this.#connected.values()].find((one) => one.link === link);
  }
}

const noKey = { id: '', name: '' };

/** What a gateway is told of the cameras that are kept for it. */
function given(kept: readonly KeptCamera[], { caller }: GatewayLink): SiteCamera[] {
  return kept
    .filter(
      ({ camera, unreadable }) => !unreadable && may(caller.principal, 'zone:film', camera.zone),
    )
    .map(({ camera }) => camera);
}

/** @param zones of the gateway's key; undefined where that is gone */
function withheld(
  { camera, unreadable }: KeptCamera,
  zones: string | undefined,
): ShownCamera['withheld'] {
  if (unreadable) return 'unreadable';
  return zones !== undefined && matchesZone(zones, camera.zone) ? undefined : 'forbidden';
}

function described(
  { name, keyId, keyName, ...before }: GatewayRecord,
  connected: (ConnectedGateway & { readonly node?: string }) | undefined,
  kept: readonly KeptCamera[],
  zones: string | undefined,
  now: number,
): Gateway {
  const { node, clockError } = connected ?? {};
  // A gateway still tells of a camera for a moment that was removed here.
  const reports = (connected?.reports ?? []).filter(
    ({ name: camera, setIn }) => setIn === 'file' || kept.some((one) => one.camera.name === camera),
  );
  const names = new Set([
    ...kept.map(({ camera }) => camera.name),
    ...reports.map((one) => one.name),
  ]);
  const cameras = [...names].sort().map((camera) => {
    const set = kept.find((one) => one.camera.name === camera);
    const report = reports.find((one) => one.name === camera);
    const within = keyId === '' ? '*' : zones;
    return {
      name: camera,
      ...(set ? { settings: shownCamera(set, withheld(set, within)) } : {}),
      ...(report ? { report } : {}),
    };
  });
  return {
    name,
    connected: connected !== undefined,
    ...(node === undefined ? {} : { node }),
    version: connected?.version ?? before.version,
    key: { id: keyId, name: zones === undefined ? '' : keyName },
    address: connected?.address ?? before.address,
    ...(clockError === undefined ? {} : { clockError }),
    lastSeen: connected ? now : before.lastSeen,
    cameras,
  };
}
