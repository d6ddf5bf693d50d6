/** Shifts that are handed over: one is open at a time, written by who leaves and confirmed by who comes. */
import { z } from 'zod';
import type { By } from '../access/caller.ts';
import type { Changes } from '../access/changes.ts';
import type { Principal } from '../contract/access.ts';
import { RefusedError } from '../contract/errors.ts';
import {
  bookmarksOfShift,
  handoverLimits,
  shiftBegan,
  type BeginHandover,
  type ConfirmHandover,
  type Handover,
} from '../contract/handover.ts';
import { Happening, isOpen } from '../contract/happening.ts';
import { zonesFor } from '../contract/policy.ts';
import { matchesZone } from '../contract/zone.ts';
import type { StoredHandover } from '../store/handover-repository.ts';
import type { Store } from '../store/store.ts';
import { newId } from '../happenings/record.ts';

const Party = z.object({ id: z.string(), name: z.string(), at: z.number() });
/** A newer version may have written more. */
const Content = z.object({
  from: Party,
  text: z.string(),
  open: z.array(Happening),
  more: z.boolean(),
  bookmarks: z.array(Happening).default([]),
});

export interface HandoversParts {
  readonly store: Store;
  readonly changes: Pick<Changes, 'make'>;
  /** What somebody sees of what happened, the newest first. */
  readonly happenings: (principal: Principal) => Happening[];
  /** ms since the epoch */
  readonly now: () => number;
}

export class Handovers {
  readonly #parts: HandoversParts;

  constructor(parts: HandoversParts) {
    this.#parts = parts;
  }

  /** The newest first. */
  async list(principal: Principal): Promise<Handover[]> {
    const stored = await this.#parts.store.handovers.list(handoverLimits.listed);
    return stored.map((one) => described(one, principal));
  }

  /** @throws RefusedError `invalid-request` where a name is missing, `changed-meanwhile` while another one is open */
  async begin(principal: Principal, by: By, { text, name }: BeginHandover): Promise<Handover> {
    const at = this.#parts.now();
    const from = { id: principal.id, name: nameOf(principal, name), at };
    const happened = this.#parts.happenings(principal);
    const open = happened.filter(isOpen);
    const id = newId(at);
    return this.#parts.changes.make(by, async ({ handovers }, tell) => {
      const [newest] = await handovers.list(1);
      if (newest && newest.confirmed === null) {
        const { from: other } = Content.parse(JSON.parse(newest.content));
        throw new RefusedError(
          'changed-meanwhile',
          `${other.name} is handing over already: confirm that first, or have it withdrawn.`,
        );
      }
      const taken = newest?.confirmed ? Party.parse(JSON.parse(newest.confirmed)).at : undefined;
      const bookmarks = bookmarksOfShift(happened, shiftBegan(taken, at));
      const content = {
        ...{ from, text },
        ...{ open: open.slice(0, handoverLimits.open), more: open.length > handoverLimits.open },
        bookmarks: bookmarks.slice(0, handoverLimits.bookmarks),
      };
      const stored = { id, content: JSON.stringify(content), confirmed: null };
      await handovers.add(stored);
      await handovers.keepNewest(handoverLimits.kept);
      const detail = { handover: id, name: from.name, open: open.length, text };
      tell({ action: 'handover-begun', detail });
      return described(stored, principal);
    });
  }

  /** @throws RefusedError `forbidden` for who began it, `changed-meanwhile` where it is confirmed or withdrawn */
  async confirm(
    principal: Principal,
    by: By,
    id: string,
    { name }: ConfirmHandover,
  ): Promise<Handover> {
    const to = { id: principal.id, name: nameOf(principal, name), at: this.#parts.now() };
    const confirmed = JSON.stringify(to);
    return this.#parts.changes.make(by, async ({ handovers }, tell) => {
      const stored = await handovers.find(id);
      if (!stored || stored.confirmed !== null) throw overtaken();
      const { from } = Content.parse(JSON.parse(stored.content));
      if (isSame(principal, from, to)) {
        throw new RefusedError(
          'forbidden',
          'Whoever comes confirms it, with a sign-in of their own.',
        );
      }
      if (!(await handovers.confirm(id, confirmed))) throw overtaken();
      const detail = { handover: id, from: from.name, to: to.name };
      tell({ action: 'handover-confirmed', detail });
      return described({ ...stored, confirmed }, principal);
    });
  }

  /** @throws RefusedError `forbidden` for another one's, `changed-meanwhile` */
  async withdraw(principal: Principal, by: By, id: string): Promise<void> {
    await this.#parts.changes.make(by, async ({ handovers }, tell) => {
      const stored = await handovers.find(id);
      if (!stored || stored.confirmed !== null) throw overtaken();
      const { from } = Content.parse(JSON.parse(stored.content));
      if (from.id !== principal.id) {
        throw new RefusedError('forbidden', `Only ${from.name} can withdraw this handover.`);
      }
      if (!(await handovers.removeUnconfirmed(id))) throw overtaken();
      tell({ action: 'handover-withdrawn', detail: { handover: id } });
    });
  }
}

interface PartyLike {
  readonly id: string;
  readonly name: string;
}

/** Where there are no accounts, only names tell people apart. */
function isSame({ kind }: Principal, from: PartyLike, to: PartyLike): boolean {
  return kind === 'anyone' ? from.name.toLowerCase() === to.name.toLowerCase() : from.id === to.id;
}

/** @throws RefusedError `invalid-request` */
function nameOf(principal: Principal, typed: string | undefined): string {
  if (principal.kind !== 'anyone') return principal.name;
  if (typed !== undefined) return typed;
  throw new RefusedError('invalid-request', 'Say your name: there are no accounts here.');
}

function overtaken(): RefusedError {
  return new RefusedError(
    'changed-meanwhile',
    'This handover was confirmed or withdrawn meanwhile.',
  );
}

function described({ id, content, confirmed }: StoredHandover, principal: Principal): Handover {
  const { from, text, open, more, bookmarks } = Content.parse(JSON.parse(content));
  const to = confirmed === null ? undefined : Party.parse(JSON.parse(confirmed));
  const patterns = zonesFor(principal, 'zone:watch');
  const seen = (happening: Happening): Happening[] => {
    const zones = happening.zones.filter(({ zone }) =>
      patterns.some((pattern) => matchesZone(pattern, zone)),
    );
    return zones.length > 0 || happening.zones.length === 0 ? [{ ...happening, zones }] : [];
  };
  return {
    ...{ id, text, open: open.flatMap(seen), more, bookmarks: bookmarks.flatMap(seen) },
    from: { name: from.name, at: from.at },
    ...(to ? { to: { name: to.name, at: to.at } } : {}),
    own: principal.kind !== 'anyone' && from.id === principal.id,
  };
}
