/** Everything that a key can do on console, wall and desk: the map's one home. */

/**
 * Where an action is heard. Keys of one place mean one thing each; while a camera is steered, its keys come first.
 * What is heard everywhere must be free in every place.
 */
export const keyPlaces = ['everywhere', 'panes', 'steering', 'happenings'] as const;
export type KeyPlace = (typeof keyPlaces)[number];

/** By its name, where each action is heard and the keys that do it at first. */
export const keyActions = {
  help: { place: 'everywhere', keys: ['?'] },
  search: { place: 'panes', keys: ['/'] },
  'choose-left': { place: 'panes', keys: ['ArrowLeft'] },
  'choose-right': { place: 'panes', keys: ['ArrowRight'] },
  'choose-up': { place: 'panes', keys: ['ArrowUp'] },
  'choose-down': { place: 'panes', keys: ['ArrowDown'] },
  'move-left': { place: 'panes', keys: ['Shift+ArrowLeft'] },
  'move-right': { place: 'panes', keys: ['Shift+ArrowRight'] },
  'move-up': { place: 'panes', keys: ['Shift+ArrowUp'] },
  'move-down': { place: 'panes', keys: ['Shift+ArrowDown'] },
  enlarge: { place: 'panes', keys: ['Enter'] },
  tools: { place: 'panes', keys: ['t'] },
  snapshot: { place: 'panes', keys: ['s'] },
  bookmark: { place: 'panes', keys: ['b'] },
  sound: { place: 'panes', keys: ['m'] },
  float: { place: 'panes', keys: ['o'] },
  steer: { place: 'panes', keys: ['p'] },
  figures: { place: 'panes', keys: ['i'] },
  masks: { place: 'panes', keys: ['d'] },
  'full-screen': { place: 'panes', keys: ['f'] },
  'page-up': { place: 'panes', keys: ['PageUp'] },
  'page-down': { place: 'panes', keys: ['PageDown'] },
  'pause-tour': { place: 'panes', keys: ['Space'] },
  close: { place: 'panes', keys: ['Delete', 'Backspace'] },
  'steer-left': { place: 'steering', keys: ['ArrowLeft'] },
  'steer-right': { place: 'steering', keys: ['ArrowRight'] },
  'steer-up': { place: 'steering', keys: ['ArrowUp'] },
  'steer-down': { place: 'steering', keys: ['ArrowDown'] },
  // The same key on many keyboards, without Shift and with it.
  'zoom-in': { place: 'steering', keys: ['+', '='] },
  'zoom-out': { place: 'steering', keys: ['-', '_'] },
  home: { place: 'steering', keys: ['h'] },
  acknowledge: { place: 'happenings', keys: ['a'] },
} as const satisfies Record<string, { place: KeyPlace; keys: readonly string[] }>;

export type KeyAction = keyof typeof keyActions;
export const keyActionNames = Object.keys(keyActions) as KeyAction[];

/** Numbers of tiles and presets, ways out, and what moves the focus: they mean the same to everyone. */
export function isFixed(chord: string): boolean {
  return /^(Shift\+)?([0-9]|Escape|Tab|Shift|Unidentified|Dead|Process|CapsLock)$/.test(chord);
}
