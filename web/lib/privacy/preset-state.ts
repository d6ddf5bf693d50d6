/** What is hidden where a camera stands at each of its presets, as whoever draws masks reads it. */
import {
  hidesAnything,
  type Hidden,
  type MasksOfPreset,
} from '../../../server/contract/privacy.ts';
import type { Preset } from '../../../server/contract/steering.ts';
import { texts } from '../text/texts.ts';

const text = texts.privacy.presetMasks;

/** What is drawn of a preset, and not saved yet. */
export type Kept = Pick<MasksOfPreset, 'masks' | 'position'>;

export interface PresetRow {
  readonly preset: string;
  readonly name: string;
  /** In words. */
  readonly state: string;
  /** Masks of its own are in force, or a person has confirmed that there are none. */
  readonly done: boolean;
  /** The camera has no such preset any more. */
  readonly gone: boolean;
}

/**
 * The camera's presets in its order, then those that only have masks still.
 * @param kept by preset
 */
export function rowsOf(
  presets: readonly Preset[],
  hidden: Hidden,
  kept: ReadonlyMap<string, Kept>,
): PresetRow[] {
  const saved = hidden.presetMasks ?? [];
  const here = presets.map(({ token, name }, index) => ({
    preset: token,
    name: name.trim() || texts.steering.presets.unnamed(index + 1),
    state: stateOf(token, hidden, kept),
    done: saved.some(({ preset }) => preset === token),
    gone: false,
  }));
  const known = new Set(presets.map(({ token }) => token));
  const left = saved
    .filter(({ preset }) => !known.has(preset))
    .map(({ preset, name }) => ({
      preset,
      name: name || preset,
      state: text.state.gone,
      done: true,
      gone: true,
    }));
  return [...here, ...left];
}

function stateOf(token: string, hidden: Hidden, kept: ReadonlyMap<string, Kept>): string {
  const unsaved = kept.get(token);
  if (unsaved) return text.state.kept(unsaved.masks.length);
  const saved = hidden.presetMasks?.find(({ preset }) => preset === token);
  if (saved) return text.state.saved(saved.masks.length);
  return hidesAnything(hidden) ? text.state.covered : text.state.bare;
}
