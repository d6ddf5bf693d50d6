/**
 * The sound beside the pictures of a session: set up where it is wanted and can be sent. Whatever becomes of it, the pictures
 * go on; a camera that breaks off over it is asked for pictures alone.
 */
import { factsOf, knownSound, type KnownSound } from '../sound/known-sounds.ts';
import type { Sound, SoundFacts } from '../sound/sound.ts';
import { SoundReceiver } from '../sound/sound-receiver.ts';
import { SoundTimeline } from '../sound/sound-timeline.ts';
import type { StreamFormat } from '../rtp/depacketizer.ts';
import type { FfmpegHere } from '../transcoder/ffmpeg.ts';
import { MediaWay, type WaySettings } from './media-way.ts';
import type { Description, MediaDescription } from './sdp.ts';
import type { RtspSession } from './session.ts';
import { channels, type Way } from './transport.ts';
import { SourceTrouble } from './trouble.ts';

export interface SoundSettings {
  /** Whether a session that begins is to have it. */
  readonly wanted: () => boolean;
  readonly ffmpeg: FfmpegHere;
}

/** ms; and sessions with it that gave no picture, one after the other. */
const patience = { answer: 2000, failures: 2, notAskedFor: 600_000 };

/** What holds over all sessions of a stream. */
export class SoundPast {
  readonly timeline = new SoundTimeline();
  #failures = 0;
  #trouble: { readonly what: string; readonly at: number } | undefined;

  /** Why it is not asked for now, in words. */
  get trouble(): string | undefined {
    const { what, at } = this.#trouble ?? { what: undefined, at: -Infinity };
    return performance.now() - at < patience.notAskedFor ? what : undefined;
  }

  tell(what: string): void {
    this.#trouble = { what, at: performance.now() };
  }

  /** A session has ended. @param withSound it was asked for sound */
  ended(withSound: boolean, hadPictures: boolean): void {
    this.#failures = withSound && !hadPictures ? this.#failures + 1 : 0;
    if (this.#failures >= patience.failures) {
      this.tell('the camera gives no pictures when it is asked for its sound, too');
      // Without sound it fails as well: then that was not the reason.
    } else if (!withSound && !hadPictures) this.#trouble = undefined;
  }
}

export interface SoundTrackEvents {
  sound(sound: Sound): void;
  /** Its facts are others. */
  changed(): void;
}

interface Chosen {
  readonly media: MediaDescription;
  readonly format: StreamFormat;
  readonly known: KnownSound;
}

export class SoundTrack {
  /** Undefined where the camera has none. */
  facts: SoundFacts | undefined;
  /** The camera was asked for it in this session. */
  asked = false;
  readonly #settings: SoundSettings;
  readonly #past: SoundPast;
  readonly #events: SoundTrackEvents;
  readonly #chosen: Chosen | undefined;
  #receiver: SoundReceiver | undefined;
  #way: MediaWay | undefined;

  constructor(
    { sounds }: Description,
    settings: SoundSettings,
    past: SoundPast,
    events: SoundTrackEvents,
  ) {
    this.#settings = settings;
    this.#past = past;
    this.#events = events;
    for (const media of sounds) {
      for (const format of media.formats) {
        const isEncrypted = /SAVP/.test(media.protocol);
        const known = isEncrypted ? 'it is encrypted' : knownSound(format, settings.ffmpeg);
        this.facts ??= factsOf(format, known);
        if (typeof known === 'string') continue;
        this.facts = factsOf(format, known);
        this.#chosen = { media, format, known };
        return;
      }
    }
  }

  /** @throws Error where the session itself has come to its end */
  async setUp(
    session: RtspSession,
    kind: Way['kind'],
    way: Omit<WaySettings, 'taker' | 'channel' | 'fault'>,
  ): Promise<void> {
    const chosen = this.#chosen;
    if (!chosen || !this.#settings.wanted()) return;
    if (this.#past.trouble !== undefined) return this.#miss(this.#past.trouble);
    // Set up without an address of its own, it would be the pictures once more.
    if (['', '*'].includes(chosen.media.control ?? '')) {
      return this.#miss('the camera does not say where it is');
    }
    this.asked = true;
    const { format, media, known } = chosen;
    const receiver = new SoundReceiver(format, known, this.#settings.ffmpeg, this.#past.timeline, {
      sound: (sound) => this.#events.sound(sound),
      missing: (what) => this.#miss(what),
    });
    this.#receiver = receiver;
    this.#way = new MediaWay({
      ...way,
      ...{ taker: receiver, channel: channels.sound, fault: () => {} }, // It deals with its own.
    });
    const since = performance.now();
    try {
      await this.#way.setUp(session, media, [kind]);
    } catch (error) {
      if (!(error instanceof SourceTrouble) || way.connection.isClosed) throw error;
      await this.close();
      const what = `the camera does not send it: ${error.message}`;
      if (performance.now() - since > patience.answer) this.#past.tell(what);
      this.#miss(what);
    }
  }

  interleaved(channel: number, data: Buffer): void {
    this.#way?.interleaved(channel, data);
  }

  /** Looks whether it comes. @param now ms */
  look(now: number): void {
    this.#receiver?.look(now);
  }

  report(now: number): void {
    if (this.#receiver) this.#way?.report(this.#receiver.reception.report(now));
  }

  /** Ends all that is of it here; done when that is gone. */
  async close(): Promise<void> {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.#way?.close();
    this.#way = undefined;
    await receiver?.close();
  }

  #miss(missing: string | undefined): void {
    if (!this.facts) return;
    this.facts = { ...this.facts, missing: missing?.slice(0, longestReason) };
    this.#events.changed();
  }
}

const longestReason = 200;
