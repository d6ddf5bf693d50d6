/** AAC made Opus for as long as a session lasts; ffmpeg is started again when it fails, a few times. */
import { Restarts } from '../transcoder/restarts.ts';
import type { AacConfig } from './aac-config.ts';
import { OpusEncoding } from './opus-encoding.ts';
import type { Sound } from './sound.ts';

export interface OpusEncoderEvents {
  sound(sound: Sound): void;
  /** It is not tried any more; in words. */
  failed(reason: string): void;
}

export class OpusEncoder {
  readonly #command: string;
  readonly #config: AacConfig;
  readonly #clockRate: number;
  readonly #events: OpusEncoderEvents;
  #encoding: OpusEncoding | undefined;
  readonly #restarts = new Restarts();
  #waitsUntil = -Infinity;
  #isOver = false;
  #lastTimestamp = -Infinity;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(command: string, config: AacConfig, clockRate: number, events: OpusEncoderEvents) {
    this.#command = command;
    this.#config = config;
    this.#clockRate = clockRate;
    this.#events = events;
  }

  /** Units go on in time. */
  take(unit: Sound): void {
    const now = performance.now();
    if (this.#isOver || now < this.#waitsUntil) return;
    this.#encoding ??= this.#begin();
    this.#encoding.feed(unit);
  }

  /** Ends it at once; done when ffmpeg is gone. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#stop();
    await this.#closing;
  }

  #begin(): OpusEncoding {
    this.#restarts.began();
    const encoding: OpusEncoding = new OpusEncoding(this.#command, this.#config, this.#clockRate, {
      sound: (sound) => {
        if (this.#encoding === encoding) this.#give(sound);
      },
      failed: (reason) => {
        if (this.#encoding === encoding) this.#failed(reason);
      },
    });
    return encoding;
  }

  /** What is given goes on in time, whichever ffmpeg it came of. */
  #give(sound: Sound): void {
    if (sound.timestamp <= this.#lastTimestamp) return;
    this.#lastTimestamp = sound.timestamp;
    this.#events.sound(sound);
  }

  #failed(reason: string): void {
    this.#stop();
    this.#restarts.failed();
    this.#waitsUntil = performance.now() + this.#restarts.wait;
    if (!this.#restarts.isOver) return;
    this.#isOver = true;
    this.#events.failed(reason);
  }

  #stop(): void {
    if (!this.#encoding) return;
    this.#closing = Promise.all([this.#closing, this.#encoding.close()]);
    this.#encoding = undefined;
  }
}
