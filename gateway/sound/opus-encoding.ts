/** One run of ffmpeg for sound alone: AAC in, Opus out; it ends when ffmpeg fails, hangs, or is no more wanted. */
import type { ChildProcess } from 'node:child_process';
import { messageOf } from '../../server/contract/errors.ts';
import { pipesOnly, quiet } from '../transcoder/arguments.ts';
import { opusEncoder, spawnFfmpeg } from '../transcoder/ffmpeg.ts';
import { LastWords } from '../transcoder/last-words.ts';
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
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  readonly #reader = new OggReader();
  readonly #words = new LastWords();
  readonly #timer: NodeJS.Timeout;
  /** Time stamp of the first unit. */
  #first: number | undefined;
  /** From a unit's time to when it came, ms; of the newest. */
  #delay = 0;
  /** Where the next packet is to begin, in samples of 48 kHz. */
  #next: number | undefined;
  #hasGiven = false;
  #quietSince = performance.now();
  #unheard = 0;
  #ended = false;

  constructor(
    command: string,
    { bytes, sampleRate, channels }: AacConfig,
    clockRate: number,
    events: OpusEncodingEvents,
  ) {
    this.#events = events;
    this.#clockRate = clockRate;
    const child = spawnFfmpeg(command, encodingArguments(Math.min(2, channels)), niceness);
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    child.once('error', (error) => this.#fail(messageOf(error)));
    child.once('close', (code, signal) => {
      this.#fail(this.#words.text ?? `ffmpeg ended with ${signal ?? `code ${code}`}`);
    });
    child.stdin?.on('error', () => undefined); // Its end tells.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#words.add(text));
    child.stdout?.on('data', (bytes: Buffer) => this.#read(bytes));
    child.stdin?.write(matroskaSoundHead(bytes, sampleRate, channels));
    this.#timer = setInterval(() => this.#check(), check);
  }

  /** Hands in a unit, or leaves it out where ffmpeg is behind. */
  feed({ payload, timestamp, cameAt }: Sound): void {
    const { stdin } = this.#child;
    if (this.#ended || !stdin) return;
    this.#unheard += 1;
    if (stdin.writableLength > mostWaiting) return;
    this.#first ??= timestamp;
    const at = start + ((timestamp - this.#first) * 1000) / this.#clockRate;
    this.#delay = cameAt - at;
    stdin.cork();
    for (const part of matroskaSound(payload, Math.round(at))) stdin.write(part);
    stdin.uncork();
  }

  /** Ends it at once; done when it is gone. */
  async close(): Promise<void> {
    this.#end();
    await this.#closed;
  }

  #read(bytes: Buffer): void {
    if (this.#ended) return;
    try {
      for (const { payload, until } of this.#reader.read(bytes)) {
        this.#hasGiven = true;
        this.#quietSince = performance.now();
        this.#unheard = 0;
        this.#give(payload, until - packetSamples);
      }
    } catch (error) {
      this.#fail(`what ffmpeg gives makes no sense: ${messageOf(error)}`);
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
    if (this.#unheard < 10 || performance.now() - this.#quietSince < limit) return;
    const words = this.#words.text;
    this.#fail(`nothing came of ffmpeg for ${limit} ms${words === undefined ? '' : `: ${words}`}`);
  }

  #fail(reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.#events.failed(reason);
  }

  #end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#child.kill('SIGKILL');
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
