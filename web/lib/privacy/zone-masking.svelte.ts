/** Masks of a zone as a person draws them far from its camera, on the picture that a viewer gets. */
import { texts } from '../text/texts.ts';
import { Task } from '../ui/task.svelte.ts';
import { readMasks, saveMasks } from './kept-masks.ts';
import { MaskDrawing } from './mask-drawing.svelte.ts';

const text = texts.privacy.zoneMasks;

export class ZoneMasking {
  readonly zone: string;
  readonly task = new Task();
  /** Undefined until the server has told what is in force. */
  drawing = $state.raw<MaskDrawing>();
  readonly #isLive: () => boolean;
  #saved = $state.raw('');

  /** @param isLive the picture is that of now: on an old one, something else would be hidden */
  constructor(zone: string, isLive: () => boolean) {
    this.zone = zone;
    this.#isLive = isLive;
    void this.read();
  }

  /** There is a picture to draw on. */
  get there(): boolean {
    return this.drawing !== undefined && this.#isLive();
  }

  get changed(): boolean {
    return this.drawing !== undefined && JSON.stringify(this.drawing.masks) !== this.#saved;
  }

  read(): Promise<boolean> {
    return this.task.read(async () => {
      const masks = await readMasks(this.zone);
      this.#saved = JSON.stringify(masks);
      this.drawing = new MaskDrawing(masks);
      return undefined;
    });
  }

  save(): Promise<boolean> {
    return this.task.run(async () => {
      const { masks } = this.drawing ?? {};
      if (!masks) return undefined;
      await saveMasks(this.zone, masks);
      this.#saved = JSON.stringify(masks);
      return text.saved(masks.length);
    });
  }
}
