/** One run of ffmpeg for sound alone: AAC in, Opus out; it ends when ffmpeg fails, hangs, or is no more wanted. */
import { pipesOnly, quiet } from '../transcoder/arguments.ts';
import { opusEncoder, spawnFfmpeg } from '../transcoder/ffmpeg.ts';
import { FfmpegRun } from '../transcoder/ffmpeg-run.ts';
import { matroskaSound, matroskaSoundHead } from '../transcoder/matroska.ts';
import type { AacConfig } from './aac-config.ts';
import { OggReader, packetSamples } from './ogg.ts';
import { clockRates, type Sound } from './sound.ts';

export interface OpusEncodingEvents {
  /** Timed as what went in, in Opus' clock rate. */
  sound(sound: Sound): void;
  /** Once, and nothing after it; in words. */
  failed(reason: string): void;
}

/** Nothing comes out for so long while units go in, ms; a busy machine takes longer to start it. */
const hung = { running: 3000, starting: 8000 };
const check = 500;
/** Bytes that wait for it; more are left out, so that what is heard is not late. */
const mostWaiting = 16_384;
/** Times begin here, so that none is negative, ms. */
const start = 10_000;
/** Times of what comes out are off by rounding, by so many samples; more is a pause. */
const rounding = 96;
/** It takes little, and what is late is out of step with the picture. */
const niceness = 0;
/** bit/s, of each channel */
const rate = 32_000;

export class OpusEncoding {
  readonly #events: OpusEncodingEvents;
  /** Hz, of the time stamps that go in */
  readonly #clockRate: number;
  readonly #run: FfmpegRun;
  readonly #reader = new OggReader();
  /** Time stamp of the first unit. */
  #first: number | undefined;
  /** From a unit's time to when it came, ms; of the newest. */
  #delay = 0;
  /** Where the next packet is to begin, in samples of 48 kHz. */
  #next: number | undefined;
  #hasGiven = false;
  #quietSince = performance.now();
  #unheard = 0;

  constructor(
    command: string,
    { bytes, sampleRate, channels }: AacConfig,
    clockRate: number,
    events: OpusEncodingEvents,
  ) {
    this.#events = events;
    this.#clockRate = clockRate;
    const child = spawnFfmpeg(command, encodingArguments(Math.min(2, channels)), niceness);
    this.#run = new FfmpegRun(child, check, {
      output: (given) => this.#read(given),
      look: () => this.#check(),
      failed: (reason) => events.failed(reason),
    });
    this.#run.write(matroskaSoundHead(bytes, sampleRate, channels));
  }

  /** Hands in a unit, or leaves it out where ffmpeg is behind. */
  feed({ payload, timestamp, cameAt }: Sound): void {
    if (this.#run.ended) return;
    this.#unheard += 1;
    if (this.#run.waiting > mostWaiting) return;
    this.#first ??= timestamp;
    const at = start + ((timestamp - this.#first) * 1000) / this.#clockRate;
    this.#delay = cameAt - at;
    this.#run.write(...matroskaSound(payload, Math.round(at)));
  }

  /** Ends it at once; done when it is gone. */
  close(): Promise<void> {
    return this.#run.close();
  }

  #read(bytes: Buffer): void {
    for (const { payload, until } of this.#reader.read(bytes)) {
      this.#hasGiven = true;
      this.#quietSince = performance.now();
      this.#unheard = 0;
      this.#give(payload, until - packetSamples);
    }
  }

  /** @param begin of the packet, in samples of 48 kHz */
  #give(payload: Buffer, begin: number): void {
    const expected = this.#next ?? begin;
    const at = Math.abs(begin - expected) <= rounding ? expected : begin;
    this.#next = at + packetSamples;
    const ms = at / (clockRates.OPUS / 1000);
    const first = ((this.#first ?? 0) / this.#clockRate) * clockRates.OPUS;
    const timestamp = Math.round(first) + at - start * (clockRates.OPUS / 1000);
    this.#events.sound({ payload, timestamp, cameAt: ms + this.#delay });
  }

  #check(): void {
    const limit = this.#hasGiven ? hung.running : hung.starting;
    if (this.#unheard >= 10 && performance.now() - this.#quietSince >= limit) this.#run.hung(limit);
  }
}

function encodingArguments(channels: number): string[] {
  return [
    ...[...quiet, '-copyts', ...pipesOnly, '-probesize', '32', '-analyzeduration', '0'],
    ...['-threads', '1', '-f', 'matroska', '-i', 'pipe:0', '-map', '0:a:0', '-vn', '-sn', '-dn'],
    ...['-c:a', opusEncoder, '-ac', `${channels}`, '-ar', `${clockRates.OPUS}`],
    ...['-application', 'lowdelay', '-frame_duration', '20', '-b:a', `${rate * channels}`],
    ...['-flush_packets', '1', '-page_duration', '1', '-f', 'ogg', 'pipe:1'],
  ];
}
