/** The map of the keys: what they do, how they are changed, and what is refused. */
import { expect, test } from 'vitest';
import { keyActionNames, keyActions, keyPlaces } from '../../web/lib/keys/actions.ts';
import { chordOf } from '../../web/lib/keys/chord.ts';
import { KeyMap } from '../../web/lib/keys/key-map.svelte.ts';
import { keyName } from '../../web/lib/keys/key-names.ts';

const pressed = (key: string, modifiers = {}) => ({
  key,
  ...{ shiftKey: false, ctrlKey: false, altKey: false, metaKey: false },
  ...modifiers,
});

function storage(text?: string) {
  const kept = new Map(text === undefined ? [] : [['surveillance-keys', text]]);
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('no key of everyone does two things at one place', () => {
  const everywhere = keyActionNames.filter((name) => keyActions[name].place === 'everywhere');
  for (const place of keyPlaces) {
    const here = keyActionNames.filter((name) => keyActions[name].place === place);
    const keys = [...new Set([...here, ...everywhere])].flatMap((name) => [
      ...keyActions[name].keys,
    ]);
    expect(new Set(keys).size, place).toBe(keys.length);
  }
});

test('Shift is a part of a key only where it does not change the letter itself', () => {
  expect(chordOf(pressed('F', { shiftKey: true }))).toBe('f');
  expect(chordOf(pressed('?', { shiftKey: true }))).toBe('?');
  expect(chordOf(pressed('ArrowUp', { shiftKey: true }))).toBe('Shift+ArrowUp');
  expect(chordOf(pressed(' '))).toBe('Space');
  expect(chordOf(pressed('f', { ctrlKey: true }))).toBeUndefined();
});

test('a changed key does the action in place of the old one, and is kept', () => {
  const kept = storage();
  const map = new KeyMap(kept);
  expect(map.change('figures', 'g')).toBeUndefined();
  expect(map.actionOf('panes', pressed('G'))).toBe('figures');
  expect(map.actionOf('panes', pressed('i'))).toBeUndefined();
  expect(new KeyMap(kept).keysOf('figures')).toEqual(['g']);
  map.reset();
  expect(map.actionOf('panes', pressed('i'))).toBe('figures');
  expect(new KeyMap(kept).isChanged).toBe(false);
});

test('a key that is taken or fixed is refused, and changes nothing', () => {
  const map = new KeyMap(storage());
  expect(map.change('figures', 'f')).toEqual({ kind: 'taken', by: 'full-screen' });
  expect(map.change('home', '?')).toEqual({ kind: 'taken', by: 'help' });
  expect(map.change('help', 'h')).toEqual({ kind: 'taken', by: 'home' });
  for (const key of ['7', 'Escape', 'Tab', 'Shift+Tab'])
    expect(map.change('figures', key)).toEqual({ kind: 'fixed' });
  expect(map.isChanged).toBe(false);
  // While a camera is steered, its keys come first: the same one may mean something else elsewhere.
  expect(map.change('home', 'f')).toBeUndefined();
  expect(map.actionOf('steering', pressed('f'))).toBe('home');
  expect(map.actionOf('panes', pressed('f'))).toBe('full-screen');
});

test('the key of the list of what happened is one of the map, and can be changed to one of pictures', () => {
  const map = new KeyMap(storage());
  expect(map.actionOf('happenings', pressed('a'))).toBe('acknowledge');
  expect(map.change('acknowledge', 'f')).toBeUndefined();
  expect(map.actionOf('happenings', pressed('a'))).toBeUndefined();
  expect(map.actionOf('panes', pressed('f'))).toBe('full-screen');
  expect(map.change('acknowledge', '?')).toEqual({ kind: 'taken', by: 'help' });
});

test('Shift slows a camera, and is a part of no key then', () => {
  const map = new KeyMap(storage());
  expect(map.actionOf('steering', pressed('ArrowLeft', { shiftKey: true }))).toBe('steer-left');
  expect(map.actionOf('panes', pressed('ArrowLeft', { shiftKey: true }))).toBe('move-left');
  expect(map.actionOf('panes', pressed('Enter', { shiftKey: true }))).toBe('enlarge');
});

test.each([
  ['no JSON', '{'],
  ['another form', '{"figures":{"key":"g"}}'],
  ['keys that meet', '{"figures":"f"}'],
  ['a fixed key', '{"figures":"Escape"}'],
])('of what cannot be in the map (%s), nothing counts', (_, text) => {
  const map = new KeyMap(storage(text));
  expect(map.isChanged).toBe(false);
  expect(map.actionOf('panes', pressed('f'))).toBe('full-screen');
});

test('actions that are no more are passed over', () => {
  const map = new KeyMap(storage('{"gone":"x","figures":"g"}'));
  expect(map.keysOf('figures')).toEqual(['g']);
});

test('keys are named as people read them', () => {
  expect(keyName('Shift+ArrowLeft')).toBe('Shift + ←');
  expect(keyName('f')).toBe('F');
  expect(keyName('+')).toBe('+');
  expect(keyName('PageUp')).toBe('Page Up');
});
