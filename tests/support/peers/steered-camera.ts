/** A camera that can be steered, without one that turns: it films a clip, and keeps what it was asked. */
import type { CameraSteering, Move, PresetChange } from '../../../server/contract/steering.ts';
import type { Clip } from './clip.ts';
import { LightPublisher } from './publisher.ts';

export const steerable: CameraSteering = {
  abilities: {
    continuous: true,
    relative: true,
    absolute: true,
    zoom: true,
    home: true,
    presets: 8,
  },
  presets: [
    { token: 'p1', name: 'Gate' },
    { token: 'p2', name: 'Car park' },
  ],
  at: 'p1',
  moving: false,
};

export class SteeredCamera {
  readonly publisher: LightPublisher;
  /** In the order in which they came. */
  readonly moves: Move[] = [];
  #said: CameraSteering;

  private constructor(publisher: LightPublisher, said: CameraSteering) {
    this.publisher = publisher;
    this.#said = said;
    const { socket } = publisher.client;
    type Answer = (done: { ok: true }) => void;
    socket.on('steer:move', ({ move }: { move: Move }, answer: Answer) => {
      this.moves.push(move);
      answer({ ok: true });
      if (move.kind === 'preset') void this.say({ at: move.preset });
    });
    socket.on('steer:presets', ({ change }: { change: PresetChange }, answer: Answer) => {
      answer({ ok: true });
      void this.say({ presets: changed(this.#said.presets, change) });
    });
  }

  static async start(
    url: string,
    zone: string,
    clip: Clip,
    headers: Record<string, string> = {},
  ): Promise<SteeredCamera> {
    const publisher = await LightPublisher.start(url, zone, clip, headers, {
      masks: true,
      presetMasks: true,
    });
    const camera = new SteeredCamera(publisher, steerable);
    await camera.say({});
    return camera;
  }

  /** The kind of what it was asked last; undefined for nothing. */
  get last(): Move['kind'] | undefined {
    return this.moves.at(-1)?.kind;
  }

  /** Says what has changed of it. */
  async say(change: Partial<CameraSteering>): Promise<void> {
    this.#said = { ...this.#said, ...change };
    await this.publisher.client.request('camera:steering', { steering: this.#said });
  }

  /** It can be steered no more. */
  async lose(): Promise<void> {
    await this.publisher.client.request('camera:steering', { steering: null });
  }

  close(): void {
    this.publisher.close();
  }
}

function changed(
  presets: CameraSteering['presets'],
  change: PresetChange,
): CameraSteering['presets'] {
  const { kind, preset } = change;
  if (kind === 'remove') return presets.filter(({ token }) => token !== preset);
  if (preset === undefined) return [...presets, { token: `new ${change.name}`, name: change.name }];
  return presets.map((one) => (one.token === preset ? { ...one, name: change.name } : one));
}
