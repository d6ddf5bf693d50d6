/** The views that whoever sits here sees: listed, saved, renamed, forgotten; kept by the server. */
import { messageOf, RefusedError } from '../../../server/contract/errors.ts';
import type { SaveView, View } from '../../../server/contract/view.ts';
import { mayI } from '../access/who.ts';
import { ask, routes } from '../api/ask.ts';
import { Task } from '../ui/task.svelte.ts';
import { texts } from '../text/texts.ts';
import { forgetKeptHere, keptHere, type KeptWall } from './kept-here.ts';

const words = texts.views;

/** What is saved; the rest has a usual value. */
export type NewView = Pick<SaveView, 'name' | 'zones' | 'layout'> & Partial<SaveView>;

export class Views {
  list = $state.raw<View[]>([]);
  /** Whether they were asked for, with or without an answer. */
  asked = $state(false);
  /** What a person did with them, and how it ended. */
  readonly task = new Task();
  readonly mayKeep = mayI('views:keep');
  readonly mayShare = mayI('views:share');

  /** Reads them again; what is there stays where the server does not answer. */
  async refresh(): Promise<void> {
    try {
      const list = await ask(routes.views.list);
      this.list = this.mayKeep ? list : [...list, ...keptHere().map(viewKeptHere)];
    } catch (error) {
      // A tour that names one says that it is missing, and the next look may find it.
      if (!(error instanceof RefusedError)) throw error;
    } finally {
      this.asked = true;
    }
  }

  /** @param name or identifier; in any case */
  find(name: string): View | undefined {
    const wanted = name.trim().toLowerCase();
    return (
      this.list.find(({ id }) => id === name) ??
      this.list.find((view) => view.name.toLowerCase() === wanted)
    );
  }

  /** Saves it in place of the one of this name that one may change, or as a new one. @returns undefined when it failed */
  async save(view: NewView): Promise<View | undefined> {
    const known = this.list.find((one) => one.mayChange && sameName(one.name, view.name));
    return this.#do(words.savedAs(view.name), () =>
      known
        ? ask(routes.views.change, {
            params: { id: known.id },
            body: { ...view, version: known.version },
          })
        : ask(routes.views.add, { body: view }),
    );
  }

  rename(view: View, name: string): Promise<View | undefined> {
    return this.#do(words.renamed(name), () =>
      ask(routes.views.change, {
        params: { id: view.id },
        body: { ...contentOf(view), name, version: view.version },
      }),
    );
  }

  async forget(view: View): Promise<boolean> {
    return this.task.run(async () => {
      await this.#refreshing(ask(routes.views.remove, { params: { id: view.id } }));
      return words.forgotten(view.name);
    });
  }

  /** Takes the walls of this browser to the server, each by its name, beside what is there. */
  async takeOver(): Promise<boolean> {
    return this.task.run(async () => {
      const walls = keptHere();
      const left: string[] = [];
      for (const wall of walls) {
        try {
          await ask(routes.views.add, { body: wall });
        } catch (error) {
          const code = error instanceof RefusedError ? error.code : undefined;
          if (code !== 'name-taken' && code !== 'invalid-request') throw error;
          left.push(`${wall.name}: ${messageOf(error)}`);
        }
      }
      forgetKeptHere();
      await this.refresh();
      return words.takenOver(walls.length - left.length, left);
    });
  }

  async #do(said: string, work: () => Promise<View>): Promise<View | undefined> {
    let saved: View | undefined;
    await this.task.run(async () => {
      saved = await this.#refreshing(work());
      return said;
    });
    return saved;
  }

  /** Looks again also where it was refused: somebody else may have been faster. */
  async #refreshing<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      await this.refresh();
    }
  }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.trim().toLowerCase();
}

function contentOf({ name, zones, layout, order, tour, kiosk, sharedWith }: View) {
  return { name, zones, layout, order, kiosk, sharedWith, ...(tour ? { tour } : {}) };
}

/** For a device that may keep none at the server. */
function viewKeptHere(wall: KeptWall): View {
  return {
    ...{ order: [], ...wall, id: `here:${wall.name}`, owner: '', kiosk: false },
    ...{ sharedWith: [], version: 1, changedAt: 0, mayChange: false },
  };
}
