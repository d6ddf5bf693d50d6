/** People at another node who steer a camera here, as they ask over the channel of its pipe. */
import { RefusedError, type RequestFault } from '../../contract/errors.ts';
import type { EdgeMessage, OwnerMessage } from '../../contract/pipe.ts';
import type { Steerer } from '../../zones/steering.ts';
import type { Zone } from '../../zones/zone.ts';

export type SteerMessage = Extract<EdgeMessage, { type: 'steer' | 'steer-end' }>;

/** Most at one node; above it, who came first is let go. */
const most = 200;

export const isOfSteering = (message: EdgeMessage): message is SteerMessage =>
  message.type === 'steer' || message.type === 'steer-end';

export class SteeredByPipe {
  readonly #zone: Pick<Zone, 'steering'>;
  readonly #say: (message: OwnerMessage) => void;
  /** By what each of them steers, by id. */
  readonly #vias = new Map<string, object>();

  constructor(zone: Pick<Zone, 'steering'>, say: (message: OwnerMessage) => void) {
    this.#zone = zone;
    this.#say = say;
  }

  take(message: SteerMessage): void {
    if (message.type === 'steer') return void this.#steer(message);
    if (message.left) this.#letGo(message.holder);
    else this.#zone.steering?.release(message.holder);
  }

  /** The other node cannot say anything any more: whatever it held ends. */
  lost(): void {
    for (const id of [...this.#vias.keys()]) this.#letGo(id);
  }

  async #steer({ id, by, asked }: Extract<SteerMessage, { type: 'steer' }>): Promise<void> {
    let fault: RequestFault | undefined;
    try {
      const { steering } = this.#zone;
      if (!steering) throw new RefusedError('not-steerable', 'This camera is away.');
      const steerer: Steerer = { ...by, via: this.#viaOf(by.id) };
      if (asked.kind === 'move') await steering.steer(steerer, asked.number, asked.move);
      else await steering.change(steerer, asked.change);
    } catch (error) {
      fault =
        error instanceof RefusedError
          ? error.fault
          : { code: 'internal', message: 'The node of this camera failed at this.' };
    }
    this.#say({ type: 'steered', id, ...(fault && { fault }) });
  }

  #viaOf(id: string): object {
    const via = this.#vias.get(id) ?? {};
    this.#vias.set(id, via);
    for (const [oldest] of this.#vias) {
      if (this.#vias.size <= most) break;
      this.#letGo(oldest);
    }
    return via;
  }

  #letGo(id: string): void {
    const via = this.#vias.get(id);
    this.#vias.delete(id);
    if (via) this.#zone.steering?.left(via);
  }
}
