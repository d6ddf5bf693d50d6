/** Whether a camera can do what is asked of it, before it is asked. */
import { RefusedError } from '../contract/errors.ts';
import type { Abilities, CameraSteering, Move, PresetChange } from '../contract/steering.ts';

type Said = Pick<CameraSteering, 'abilities' | 'presets'>;

/** @throws RefusedError `not-steerable`, or `not-found` for a preset that it does not have */
export function demandAble(said: Said, move: Move): void {
  const { abilities } = said;
  switch (move.kind) {
    case 'stop':
      return;
    case 'preset':
      return demandPreset(said, move.preset);
    case 'centre':
    case 'area':
      return demand(abilities, 'relative');
    default:
      return demand(abilities, move.kind);
  }
}

/** @throws RefusedError `not-steerable`, or `not-found` for a preset that it does not have */
export function demandKeeps(said: Said, change: PresetChange): void {
  const { abilities, presets } = said;
  if (abilities.presets === 0) {
    throw new RefusedError('not-steerable', 'This camera keeps no presets.');
  }
  if (change.preset !== undefined) demandPreset(said, change.preset);
  else if (presets.length >= abilities.presets) {
    throw new RefusedError(
      'not-steerable',
      `This camera keeps ${abilities.presets} presets; remove one first.`,
    );
  }
}

function demand(abilities: Abilities, what: 'continuous' | 'relative' | 'absolute' | 'home'): void {
  if (abilities[what]) return;
  throw new RefusedError('not-steerable', 'This camera cannot be turned in this way.');
}

function demandPreset({ presets }: Said, wanted: string): void {
  if (presets.some(({ token }) => token === wanted)) return;
  throw new RefusedError('not-found', 'This camera has no such preset any more.');
}
