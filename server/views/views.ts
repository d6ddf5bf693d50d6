/** Views of the site: kept for their owner, or shared by role. Rights to zones are not touched by any of it. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { By } from '../access/caller.ts';
import type { Audit } from '../audit/audit.ts';
import { personRoles, type Principal, type Role } from '../contract/access.ts';
import type { AuditEntry } from '../contract/audit.ts';
import { RefusedError } from '../contract/errors.ts';
import { may, mayChangeView, seesView } from '../contract/policy.ts';
import { viewLimits, type ChangeView, type SaveView, type View } from '../contract/view.ts';
import type { Records, Store } from '../store/store.ts';
import { scopeOf, type ViewRecord } from '../store/view-repository.ts';
import { timeOfDay } from '../time.ts';

/** Where there are no accounts, a view is everybody's. */
const everybody: readonly Role[] = [...personRoles, 'wall'];

export class Views {
  readonly #store: Pick<Store, 'views' | 'transaction'>;
  readonly #audit: Pick<Audit, 'within'>;

  constructor(store: Pick<Store, 'views' | 'transaction'>, audit: Pick<Audit, 'within'>) {
    this.#store = store;
    this.#audit = audit;
  }

  /** All that someone sees, by name. */
  async list(principal: Principal): Promise<View[]> {
    const all = await this.#store.views.list(principal.id);
    return all
      .filter((view) => seesView(principal, view))
      .map((view) => described(view, principal));
  }

  /** @throws RefusedError `not-found`, also for one that they may not see */
  async find(principal: Principal, id: string): Promise<View> {
    return described(await seen(this.#store, principal, id), principal);
  }

  /** @throws RefusedError `forbidden`, `name-taken`, or `throttled` where there are too many */
  add(principal: Principal, by: By, asked: SaveView): Promise<View> {
    const view: ViewRecord = {
      ...{ id: randomUUID(), ownerId: principal.id, ownerName: principal.name },
      ...partsOf(principal, asked),
      ...{ version: 1, changedAt: timeOfDay() },
    };
    return this.#make(by, async (records, tell) => {
      demandShare(principal, view);
      await requireRoom(records, view);
      await records.views.add(view);
      if (isShared(view)) tell('view-shared', view);
      return described(view, principal);
    });
  }

  /** @throws RefusedError `changed-meanwhile` when it is of another version by now; `not-found`, and as `add` */
  change(
    principal: Principal,
    by: By,
    id: string,
    { version, ...asked }: z.output<typeof ChangeView>,
  ): Promise<View> {
    return this.#make(by, async (records, tell) => {
      const before = await changeable(records, principal, id);
      const view: ViewRecord = {
        ...{ ...before, ...partsOf(principal, asked) },
        ...{ version: version + 1, changedAt: timeOfDay() },
      };
      demandShare(principal, view);
      if (scopeOf(view) !== scopeOf(before)) await requireRoom(records, view);
      if (!(await records.views.change(view))) {
        throw new RefusedError(
          'changed-meanwhile',
          `Somebody else has changed the view ${before.content.name} meanwhile: look at it as it is now, and save again.`,
        );
      }
      // One that is made private stays with whoever made it.
      if (isShared(before)) tell(isShared(view) ? 'view-changed' : 'view-made-private', view);
      else if (isShared(view)) tell('view-shared', view);
      return described(view, principal);
    });
  }

  /** @throws RefusedError `not-found` or `forbidden` */
  remove(principal: Principal, by: By, id: string): Promise<void> {
    return this.#make(by, async (records, tell) => {
      const view = await changeable(records, principal, id);
      await records.views.remove(id);
      if (isShared(view)) tell('view-removed', view);
    });
  }

  /** Changes views, together with what is to be in the audit: what is private is nobody's business. */
  #make<T>(
    { actor, address }: By,
    work: (
      records: Pick<Records, 'views'>,
      tell: (action: string, view: ViewRecord) => void,
    ) => Promise<T>,
  ): Promise<T> {
    return this.#store.transaction(async (records) => {
      const entries: AuditEntry[] = [];
      const outcome = await work(records, (action, { content, sharedWith }) => {
        const detail = { view: content.name, zones: content.zones, with: sharedWith };
        entries.push({ kind: 'change', action, actor, address, detail });
      });
      if (entries.length > 0) await this.#audit.within(records, ...entries);
      return outcome;
    });
  }
}

function isShared({ sharedWith }: Pick<ViewRecord, 'sharedWith'>): boolean {
  return sharedWith.length > 0;
}

function partsOf({ kind }: Principal, { sharedWith, ...content }: SaveView) {
  return { content, sharedWith: kind === 'anyone' ? everybody : [...new Set(sharedWith)] };
}

/** @throws RefusedError `forbidden` */
function demandShare(principal: Principal, view: ViewRecord): void {
  if (!isShared(view) || may(principal, 'views:share')) return;
  throw new RefusedError(
    'forbidden',
    'You may keep views of your own and share none; ask a supervisor to share it.',
  );
}

/** @throws RefusedError `not-found` */
async function seen(
  { views }: Pick<Records, 'views'>,
  principal: Principal,
  id: string,
): Promise<ViewRecord> {
  const view = await views.find(id);
  if (view && seesView(principal, view)) return view;
  throw new RefusedError('not-found', 'There is no such view any more.');
}

/** @throws RefusedError `not-found` or `forbidden` */
async function changeable(
  records: Pick<Records, 'views'>,
  principal: Principal,
  id: string,
): Promise<ViewRecord> {
  const view = await seen(records, principal, id);
  if (mayChangeView(principal, view)) return view;
  throw new RefusedError(
    'forbidden',
    `The view ${view.content.name} is shared, and you may not change it; save one of your own.`,
  );
}

/** @throws RefusedError `throttled` */
async function requireRoom({ views }: Pick<Records, 'views'>, view: ViewRecord): Promise<void> {
  const most = isShared(view) ? viewLimits.shared : viewLimits.private;
  if ((await views.count(scopeOf(view))) < most) return;
  throw new RefusedError(
    'throttled',
    `There are ${most} ${isShared(view) ? 'shared' : 'private'} views already; forget one first.`,
  );
}

function described(view: ViewRecord, principal: Principal): View {
  const { id, ownerName, content, sharedWith, version, changedAt } = view;
  return {
    ...{ id, owner: ownerName, ...content, sharedWith: [...sharedWith], version, changedAt },
    mayChange: mayChangeView(principal, view),
  };
}
