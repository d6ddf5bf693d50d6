/**
 * A camera that can be turned, and whose picture tells where it looks: what is to be hidden is red or blue, and all of it is
 * magenta while it turns. Pictures come later than what it says of itself, as those of cameras do.
 */
import { execFileSync } from 'node:child_process';
import type {
  Look,
  PlacedPreset,
  RealMove,
  Steerable,
  SteerableFacts,
} from '../../../gateway/steering/steerable.ts';
import type { Mask, Position } from '../../../server/contract/privacy.ts';
import { payloadsOf } from '../rtsp/packets.ts';
import type { Stream } from '../rtsp/playing.ts';

const box = (left: number, top: number): Mask => ({
  points: [
    { x: left, y: top },
    { x: left + 0.3, y: top },
    { x: left + 0.3, y: top + 0.4 },
    { x: left, y: top + 0.4 },
  ],
});

/** Where it can look, with what is to be hidden there. */
export const places = {
  gate: { position: { pan: -0.5, tilt: 0, zoom: 0 }, mask: box(0.05, 0.1), secret: 'red' },
  lane: { position: { pan: 0.5, tilt: 0.1, zoom: 0.2 }, mask: box(0.6, 0.5), secret: 'blue' },
  yard: { position: { pan: 0, tilt: -0.4, zoom: 0 }, mask: undefined, secret: 'yellow' },
} as const;
export type PlaceName = keyof typeof places;
type Shown = PlaceName | 'turning';

export class TurningCamera implements Steerable {
  /** A move takes so long, ms. */
  travel = 700;
  /** From a move's order to the motor, and from what it sees to its packets, ms. */
  lag = { motor: 150, picture: 300 };
  names: PlaceName[] = ['gate', 'lane', 'yard'];
  /** Moves that it was told. */
  moves = 0;
  /** Where it looked from when on, ms of `performance.now()`. */
  readonly #history: { readonly at: number; readonly shown: Shown }[];
  #target: PlaceName;

  constructor(at: PlaceName) {
    this.#target = at;
    this.#history = [{ at: -Infinity, shown: at }];
  }

  /** As it plays at an RTSP server; sides are multiples of 8, as RFC 2435 has them, px. */
  stream(width: number, height: number): Stream {
    const of = new Map<Shown, Buffer>();
    for (const name of ['gate', 'lane', 'yard', 'turning'] as const) {
      of.set(name, jpegOf(name, width, height));
    }
    const units = [of.get('gate') ?? Buffer.alloc(0)];
    return {
      clip: {
        ...{ codec: 'JPEG', width, height, frameRate: 20 },
        pictures: [{ units, isKey: true, shownAt: 0 }],
      },
      payloads: (_picture, usual) => {
        const jpeg = of.get(this.#at(performance.now() - this.lag.picture));
        return jpeg ? payloadsOf('JPEG', [jpeg], 1400) : usual;
      },
    };
  }

  /** Turns, whoever wants it. */
  turn(to: PlaceName): void {
    const now = performance.now();
    this.#target = to;
    this.#history.push(
      { at: now + this.lag.motor, shown: 'turning' },
      { at: now + this.lag.motor + this.travel, shown: to },
    );
  }

  async facts(): Promise<SteerableFacts> {
    const abilities = {
      ...{ continuous: true, relative: true, absolute: true, zoom: true, home: true },
      presets: 16,
    };
    return { abilities, presets: await this.presets() };
  }

  async presets(): Promise<PlacedPreset[]> {
    return this.names.map((token) => ({ token, name: token, position: places[token].position }));
  }

  async move(move: RealMove): Promise<void> {
    this.moves += 1;
    if (move.kind === 'preset') this.turn(move.preset as PlaceName);
  }

  async stop(): Promise<void> {}

  async look(): Promise<Look> {
    const shown = this.#at(performance.now());
    if (shown !== 'turning') return { moving: false, position: places[shown].position };
    const { position } = places[this.#target];
    return { moving: true, position: { ...position, pan: position.pan / 2 } as Position };
  }

  async savePreset(): Promise<void> {}

  async removePreset(token: string): Promise<void> {
    this.names = this.names.filter((name) => name !== token);
  }

  #at(time: number): Shown {
    return this.#history.findLast(({ at }) => at <= time)?.shown ?? 'turning';
  }
}

function jpegOf(shown: Shown, width: number, height: number): Buffer {
  const whole = shown === 'turning' ? 'magenta' : shown === 'yard' ? places.yard.secret : 'white';
  const { mask, secret } = shown === 'turning' ? places.yard : places[shown];
  const [first] = mask?.points ?? [];
  const part = (side: string, share: number): string => `${side}*${share.toFixed(2)}`;
  const drawn = first
    ? `,drawbox=x=${part('iw', first.x + 0.02)}:y=${part('ih', first.y + 0.03)}:w=${part('iw', 0.26)}:h=${part('ih', 0.34)}:color=${secret}:t=fill`
    : '';
  return execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `color=c=${whole}:s=${width}x${height}${drawn}`],
    ...['-frames:v', '1', '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-huffman', 'default'],
    ...['-q:v', '3', '-f', 'image2pipe', 'pipe:1'],
  ]);
}
