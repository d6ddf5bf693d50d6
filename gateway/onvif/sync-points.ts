/**
 * Has a camera make a key picture: SetSynchronizationPoint of media 2, else of media 1 (ONVIF Media §5.15, Media 2 §5.5). It
 * is asked for a profile; which one a stream is of is set with the camera, or found by the address of the stream.
 */
import type { KeyFrames } from '../camera/key-asking.ts';
import type { StreamName } from '../camera/layers.ts';
import { profilesOf, streamOf, type MediaDevice, type MediaService } from './media.ts';
import { namespaces } from './services.ts';
import { isOfService, OnvifTrouble } from './trouble.ts';
import { escapeXml } from './xml.ts';

/** Of each stream that the camera has: its address, and the token of its profile where that is set. */
export type StreamProfiles = Readonly<
  Partial<Record<StreamName, { readonly url: string; readonly token?: string | undefined }>>
>;

/** Profiles whose addresses are asked for; each is a question. */
const mostAsked = 12;

export class SyncPoints implements KeyFrames {
  readonly #device: MediaDevice;
  readonly #streams: StreamProfiles;
  #tokens: Promise<ReadonlyMap<StreamName, string>> | undefined;
  /** The service that has answered last. */
  #service: MediaService | undefined;

  constructor(device: MediaDevice, streams: StreamProfiles) {
    this.#device = device;
    this.#streams = streams;
  }

  /** Finds out now what the first request would have to wait for. */
  prepare(): void {
    // What goes wrong is said by the request that needs it.
    void this.#known().catch(() => {});
  }

  async request(stream: StreamName): Promise<void> {
    const token = (await this.#known()).get(stream);
    if (token === undefined) {
      throw new OnvifTrouble('not-supported', `it has no profile of its ${stream} stream`);
    }
    const first = this.#service ?? ((await this.#device.has('media2')) ? 'media2' : 'media');
    try {
      await this.#ask(first, token);
    } catch (error) {
      const mayDiffer = first === 'media2' && isOfService(error);
      if (!mayDiffer || !(await this.#device.has('media'))) throw error;
      await this.#ask('media', token);
    }
  }

  async #ask(service: MediaService, token: string): Promise<void> {
    const profile = `<ProfileToken>${escapeXml(token)}</ProfileToken>`;
    const body = `<SetSynchronizationPoint xmlns="${namespaces[service]}">${profile}</SetSynchronizationPoint>`;
    await this.#device.call(service, body);
    this.#service = service;
  }

  #known(): Promise<ReadonlyMap<StreamName, string>> {
    const known = (this.#tokens ??= this.#find());
    known.catch(() => {
      if (this.#tokens === known) this.#tokens = undefined;
    });
    return known;
  }

  async #find(): Promise<ReadonlyMap<StreamName, string>> {
    const streams = Object.entries(this.#streams) as [
      StreamName,
      { url: string; token?: string | undefined },
    ][];
    const found = new Map(streams.flatMap(([name, { token }]) => (token ? [[name, token]] : [])));
    const missing = streams.filter(([name]) => !found.has(name));
    if (missing.length === 0) {
      await this.#device.has('media2');
      return found;
    }
    for (const profile of (await profilesOf(this.#device)).slice(0, mostAsked)) {
      const url = await streamOf(this.#device, profile).catch(() => undefined);
      const [name] = missing.find((one) => url !== undefined && isSamePath(one[1].url, url)) ?? [];
      if (name && !found.has(name)) found.set(name, profile.token);
    }
    return found;
  }
}

/** Host and port may be other ones, as behind a router of the site. */
function isSamePath(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.pathname === b.pathname && a.search === b.search;
}
