/** The screens at this node and, in a cluster, at the others. */
import { z } from 'zod';
import { parse } from '../contract/parse.ts';
import { mostScreens, Screen, Sent } from '../contract/screen.ts';
import type { Screens } from './screens.ts';

/** For how long other nodes are waited for, ms: somebody looks at a list. */
const longest = 1000;

const Question = z.object({ id: z.string(), sent: Sent });
const Shown = z.object({ shown: z.boolean() });

export interface AllScreens {
  /** By name; and the nodes whose screens are not known at the moment. */
  list(): Promise<{ screens: Screen[]; unknownAt: string[] }>;
  /** @returns whether it has reached that screen */
  show(id: string, sent: Sent): Promise<boolean>;
}

/** How other nodes are asked. */
export interface AskNodes {
  answer(kind: string, answerer: (about: unknown) => Promise<unknown>): void;
  askAll<T>(
    kind: string,
    about: unknown,
    answer: z.ZodType<T>,
    longest?: number,
  ): Promise<{ readonly given: Map<string, T>; readonly missing: readonly string[] }>;
}

/** Of a node that is alone. */
export function screensHere(own: Screens): AllScreens {
  return {
    list: async () => ({ screens: byName(own.here), unknownAt: [] }),
    show: async (id, sent) => own.show(id, sent),
  };
}

export function screensAmong(nodes: AskNodes, own: Screens): AllScreens {
  nodes.answer('screens', async () => own.here);
  nodes.answer('screen-show', async (about) => {
    const { id, sent } = parse(Question, about, 'question');
    return { shown: own.show(id, sent) };
  });
  return {
    async list() {
      const { given, missing } = await nodes.askAll('screens', {}, z.array(Screen), longest);
      const screens = byName([...own.here, ...[...given.values()].flat()]);
      return { screens: screens.slice(0, mostScreens), unknownAt: [...missing].sort() };
    },
    async show(id, sent) {
      if (own.show(id, sent)) return true;
      const { given } = await nodes.askAll('screen-show', { id, sent }, Shown, longest);
      return [...given.values()].some(({ shown }) => shown);
    },
  };
}

function byName(screens: Screen[]): Screen[] {
  return [...screens].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}
