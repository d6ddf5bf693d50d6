/**
 * Masks of a camera's presets as a person draws them, one preset after the other. They are saved together at the end: as
 * soon as anything is hidden, the picture is covered at all presets that are not done, for whoever draws too.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { MasksOfZone } from '../../../server/contract/api.ts';
import { hidesAnything, type Masks, type MasksOfPreset } from '../../../server/contract/privacy.ts';
import type { Steering } from '../../../server/contract/steering.ts';
import { ask, routes } from '../api/ask.ts';
import type { Intents } from '../steering/intents.ts';
import { texts } from '../text/texts.ts';
import { Task } from '../ui/task.svelte.ts';
import { MaskDrawing } from './mask-drawing.svelte.ts';
import { rowsOf, type Kept, type PresetRow } from './preset-state.ts';

const text = texts.privacy.presetMasks;

/** The camera as its tile has it. */
interface MaskedCamera {
  readonly steering: Steering | undefined;
  /** Its picture is that of now, or would be if it were not scrolled away. */
  readonly live: boolean;
  /** Why its last move was not made, in words; empty when it was. */
  readonly refusal: string;
}

export class PresetMasking {
  readonly zone: string;
  readonly task = new Task();
  /** What is in force; undefined until the server has told it. */
  hidden = $state.raw<MasksOfZone>();
  /** What is drawn and not saved yet, by preset. */
  readonly kept = new SvelteMap<string, Kept>();
  /** The preset whose masks are being drawn. */
  chosen = $state<string>();
  drawing = $state.raw<MaskDrawing>();
  readonly #intents: Pick<Intents, 'move' | 'release'>;
  readonly #camera: () => MaskedCamera;

  constructor(
    zone: string,
    intents: Pick<Intents, 'move' | 'release'>,
    camera: () => MaskedCamera,
  ) {
    this.zone = zone;
    this.#intents = intents;
    this.#camera = camera;
    void this.read();
  }

  get rows(): PresetRow[] {
    if (!this.hidden) return [];
    return rowsOf(this.#camera().steering?.presets ?? [], this.hidden, this.kept);
  }

  /** The one that is being drawn. */
  get row(): PresetRow | undefined {
    return this.rows.find(({ preset }) => preset === this.chosen);
  }

  /** The camera shows the place that is being drawn: elsewhere masks would hide something else. */
  get there(): boolean {
    const { steering } = this.#camera();
    return !!steering && !steering.moving && steering.at === this.chosen;
  }

  /** What was drawn on a picture that stands still may be of another place. */
  get keepable(): boolean {
    return this.there && this.#camera().live && (this.drawing?.masks.length ?? 0) > 0;
  }

  /** Nobody sees the picture there, so that one can only draw what one knows of the place. */
  get covered(): boolean {
    return this.there && this.#camera().steering?.covered !== undefined;
  }

  /** The preset at which the camera stands. */
  get at(): string | undefined {
    return this.#camera().steering?.at ?? undefined;
  }

  /** What is waited for, or to be done next. */
  get advice(): string {
    const { steering, refusal, live } = this.#camera();
    if (!this.hidden) return '';
    if (!steering) return text.notHere;
    const { row } = this;
    if (!row) return steering.presets.length > 0 ? text.choose : text.none;
    if (refusal) return refusal;
    if (!this.there) return text.onItsWay(row.name);
    if (!live) return text.notLive;
    return this.covered ? text.covered : text.there(row.name);
  }

  /** Where the picture will be covered once what is kept is saved; empty where that is so already. */
  get coveredThen(): string[] {
    if (this.kept.size === 0 || !this.hidden || hidesAnything(this.hidden)) return [];
    return this.rows.filter(({ preset }) => !this.kept.has(preset)).map(({ name }) => name);
  }

  read(): Promise<boolean> {
    return this.task.read(async () => {
      this.hidden = await ask(routes.zones.masks, { params: { zone: this.zone } });
      return undefined;
    });
  }

  /** Sends the camera to a preset, to draw there. */
  choose(preset: string): void {
    this.task.outcome = undefined;
    this.chosen = preset;
    this.drawing = new MaskDrawing((this.kept.get(preset) ?? this.#saved(preset))?.masks ?? []);
    this.goThere();
  }

  /** Also where it stands there: it is known for sure where it was sent. */
  goThere(): void {
    if (this.chosen) this.#intents.move(this.zone, { kind: 'preset', preset: this.chosen });
  }

  /** What is hidden at the chosen preset, to be saved with the others. */
  keep(masks: Masks): void {
    const { chosen } = this;
    if (chosen) {
      // Seen with its masks, the camera stands where they were drawn: they go on to hold there alone.
      const position = this.covered ? undefined : this.#saved(chosen)?.position;
      this.kept.set(chosen, { masks, position });
    }
    this.leave();
  }

  leave(): void {
    this.chosen = undefined;
    this.drawing = undefined;
  }

  /** Each by itself: what went well stays saved when another one fails. */
  save(): Promise<boolean> {
    return this.task.run(async () => {
      const { size } = this.kept;
      for (const [preset, kept] of [...this.kept]) {
        await this.#put(preset, kept);
        this.kept.delete(preset);
      }
      return text.saved(size);
    });
  }

  takeAway({ preset, name }: PresetRow): Promise<boolean> {
    return this.task.run(async () => {
      await this.#put(preset, { masks: null });
      return text.takenAway(name);
    }, preset);
  }

  /** Lets go of the camera. */
  end(): void {
    this.#intents.release(this.zone);
  }

  #saved(preset: string): MasksOfPreset | undefined {
    return this.hidden?.presetMasks.find((one) => one.preset === preset);
  }

  async #put(preset: string, hidden: Kept | { masks: null }): Promise<void> {
    const name = this.rows.find((row) => row.preset === preset)?.name ?? preset;
    this.hidden = await ask(routes.zones.maskPreset, {
      params: { zone: this.zone, preset },
      body: { name, ...hidden },
    });
  }
}
