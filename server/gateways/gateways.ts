/** The gateways that are connected to this server, what they say of their cameras, and those that were seen before. */
import type { Logger } from 'pino';
import type { By } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import {
  mostCameras,
  understood,
  type CameraQuestion,
  type GatewayAnswer,
  type GatewayRequest,
  type CameraTest,
  type GatewayName,
  type SiteCamera,
  type SiteCameraReport,
} from '../contract/gateway.ts';
import type { ChangeCamera, GatewayList, ShownCamera } from '../contract/gateway-list.ts';
import type { AskedCamera, AskedEncoder, CameraFacts, Discovery } from '../contract/onvif.ts';
import { hidesAnything } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Store } from '../store/store.ts';
import { timeOfDay } from '../time.ts';
import { allGateways, oneShown } from './all-gateways.ts';
import { given, type GatewayLink, type Hello } from './gateway-link.ts';
import { keyOf, requireFreeName, type GatewayKey } from './name-owner.ts';
import { aloneWithGateways, type ConnectedGateway, type OtherGateways } from './other-gateways.ts';
import type { KeptCamera, SiteCameras } from './site-cameras.ts';

/** One that is connected here and has said who it is. */
interface Connected {
  readonly link: GatewayLink;
  readonly hello: Hello;
  readonly key: GatewayKey;
  clockError: number;
  /** ms since the epoch */
  readonly cameAt: number;
  reports: SiteCameraReport[];
  /** The cameras that it was told last, JSON. */
  told: string;
  /** It was told something that it has not confirmed. */
  owes: boolean;
}

/** What a gateway has not confirmed is told again after so long, ms. */
const tellAgain = 5000;

export interface GatewaysParts {
  readonly store: Pick<Store, 'gateways' | 'keys' | 'zones' | 'transaction'>;
  readonly cameras: SiteCameras;
  readonly log: Logger;
}

export class Gateways {
  /** Those at other nodes. */
  others: OtherGateways = aloneWithGateways;
  /** Told when one has come, and when one is gone with the zones that it filmed. */
  onCame: (name: GatewayName) => void = () => {};
  onGone: (name: GatewayName, filmed: ZoneId[]) => void = () => {};
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
    const key = keyOf(link.caller);
    await this.#parts.store.transaction(async (records) => {
      await requireFreeName(records, name, key);
      const address = link.address;
      const record = { name, keyId: key.id, keyName: key.name, version, address, lastSeen: now };
      await records.gateways.save(record);
    });
    const former = this.#connected.get(name);
    if (former && former.link !== link) this.#replaced(former);
    for (const [other, { link: theirs }] of this.#connected) {
      if (theirs === link && other !== name) this.#connected.delete(other);
    }
    const told = { told: '', owes: false, reports: former?.link === link ? former.reports : [] };
    const connected: Connected = { link, hello, key, clockError, cameAt: now, ...told };
    this.#connected.set(name, connected);
    this.#seen = true;
    this.others.came(name);
    this.onCame(name);
    this.#parts.log.info({ gateway: name, version, clockError }, 'gateway connected');
    const cameras = given(await this.#parts.cameras.of(name), link, hello);
    connected.told = JSON.stringify(cameras);
    // What has changed while they were looked up may have been told before this answer.
    this.#lookAgainIn(0);
    return cameras;
  }

  /**
   * @param time of the gateway's day, ms since the epoch; undefined where it does not say
   * @throws RefusedError `not-joined` before its hello
   */
  report(link: GatewayLink, reports: SiteCameraReport[], time?: number): void {
    const connected = this.#of(link);
    if (!connected) throw new RefusedError('not-joined', 'This gateway has not said its name.');
    connected.reports = reports.slice(0, mostCameras);
    if (time !== undefined) connected.clockError = Math.round(time - timeOfDay());
  }

  /** Told that a gateway's socket is gone. */
  gone(link: GatewayLink): void {
    const connected = this.#of(link);
    if (!connected) return;
    const { name } = connected.hello;
    this.#connected.delete(name);
    this.onGone(
      name,
      connected.reports.map(({ zone }) => zone),
    );
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
    this.onCame(name);
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
    const elsewhere = this.others.list();
    const connected = elsewhere.then(({ gateways }) => [...gateways, ...this.here]);
    const gateways = await allGateways(this.#parts, connected);
    return { gateways, unknownAt: (await elsewhere).unknownAt };
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
    if (zone === undefined || !hidesAnything(zone)) return test;
    return { ...test, still: undefined, masked: true };
  }

  /** @returns undefined where the gateway is not connected here. @throws RefusedError `unavailable` */
  async testHere(gateway: GatewayName, camera: SiteCamera): Promise<CameraTest | undefined> {
    const connected = this.#connected.get(gateway);
    if (!connected) return undefined;
    try {
      return await connected.link.test(understood(camera, connected.hello.understands));
    } catch (error) {
      this.#parts.log.debug({ err: error, gateway }, 'a test was not answered');
      throw new RefusedError('unavailable', `The gateway ${gateway} does not answer.`);
    }
  }

  /**
   * Has a gateway look for cameras, wherever it is connected.
   * @throws RefusedError `unavailable` when it is not connected, or does not answer, as those of an earlier version
   */
  async discover(by: By, gateway: GatewayName): Promise<Discovery> {
    await this.#parts.cameras.searched(by, gateway);
    return this.#find(gateway, 'discover', {});
  }

  /** What a camera says of itself. @throws RefusedError as `discover` */
  async facts(by: By, gateway: GatewayName, asked: AskedCamera): Promise<CameraFacts> {
    const camera = await this.#parts.cameras.forAsking(by, gateway, asked, 'camera-asked');
    return this.#find(gateway, 'facts', { camera });
  }

  /** Sets the encoder of a camera's profile. @throws RefusedError as `discover` */
  async setEncoder(by: By, gateway: GatewayName, asked: AskedEncoder): Promise<CameraFacts> {
    const { profile, keyInterval, h264Profile, ...camera } = asked;
    const set = { profile, keyInterval, h264Profile };
    const { cameras } = this.#parts;
    const whole = await cameras.forAsking(by, gateway, camera, 'camera-encoder-set', set);
    return this.#find(gateway, 'encoder', { encoder: { ...whole, ...set } });
  }

  async #find<N extends CameraQuestion>(
    gateway: GatewayName,
    name: N,
    request: GatewayRequest<N>,
  ): Promise<GatewayAnswer<N>> {
    const here = await this.findHere(gateway, name, request);
    return here ?? (await this.others.find(gateway, name, request));
  }

  /** @returns undefined where the gateway is not connected here. @throws RefusedError `unavailable` */
  async findHere<N extends CameraQuestion>(
    gateway: GatewayName,
    name: N,
    request: GatewayRequest<N>,
  ): Promise<GatewayAnswer<N> | undefined> {
    const connected = this.#connected.get(gateway);
    if (!connected) return undefined;
    try {
      return await connected.link.find(name, request);
    } catch (error) {
      this.#parts.log.debug({ err: error, gateway, name }, 'a gateway has not answered');
      const isOld = !connected.hello.understands?.includes('onvif');
      const what = isOld ? 'is of a version that cannot do this' : 'does not answer';
      throw new RefusedError('unavailable', `The gateway ${gateway} ${what}.`);
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
    const cameras = given(kept, link, hello);
    const told = JSON.stringify(cameras);
    if (told === connected.told) return;
    connected.told = told;
    link.setCameras(cameras).then(
      () => (connected.owes = false),
      (error: unknown) => {
        if (connected.told === told) connected.told = '';
        if (this.#connected.get(hello.name) !== connected) return;
        this.#lookAgainIn(tellAgain);
        if (connected.owes) return;
        connected.owes = true;
        this.#parts.log.warn({ err: error, gateway: hello.name }, 'a gateway has not confirmed');
      },
    );
  }

  #lookAgainIn(delay: number): void {
    const look = (): void =>
      void this.refresh().catch((error: unknown) =>
        // The store's health tells what is wrong with it.
        this.#parts.log.debug({ err: error }, 'what is set for gateways cannot be looked up'),
      );
    setTimeout(look, delay).unref();
  }

  async #shown(made: Promise<KeptCamera>): Promise<ShownCamera> {
    return oneShown(this.#parts.store, await made);
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
