/** Plans of the site: who sees them sees of their zones those that they may see, and no others. */
import { createHash, randomUUID } from 'node:crypto';
import type { By } from '../access/caller.ts';
import type { Principal } from '../contract/access.ts';
import type { Audit } from '../audit/audit.ts';
import { RefusedError } from '../contract/errors.ts';
import { planLimits, type AddPlan, type ChangePlan, type Plan } from '../contract/plan.ts';
import { may } from '../contract/policy.ts';
import type { PlanPicture, PlanRecord } from '../store/plan-repository.ts';
import type { Records, Store } from '../store/store.ts';
import { pictureTypeOf } from './picture-type.ts';

export class Plans {
  readonly #store: Pick<Store, 'plans' | 'transaction'>;
  readonly #audit: Pick<Audit, 'within'>;
  readonly #hasCity: boolean;

  /** @param hasCity whether this server has a map of the city */
  constructor(
    store: Pick<Store, 'plans' | 'transaction'>,
    audit: Pick<Audit, 'within'>,
    hasCity: boolean,
  ) {
    this.#store = store;
    this.#audit = audit;
    this.#hasCity = hasCity;
  }

  /** By name. */
  async list(principal: Principal): Promise<Plan[]> {
    const all = await this.#store.plans.list();
    return all.map((plan) => described(plan, principal));
  }

  /**
   * @throws RefusedError `name-taken`, `throttled` where there are too many, or `invalid-request` for the city's map where
   *   there is none
   */
  async add(principal: Principal, by: By, { name, ground }: AddPlan): Promise<Plan> {
    if (ground === 'city' && !this.#hasCity) {
      throw new RefusedError(
        'invalid-request',
        'This server has no map of the city: the setting map.archive names one.',
      );
    }
    const start = { zones: [], version: 1, pictureHash: null };
    const plan: PlanRecord = { id: randomUUID(), name, ground, ...start };
    return this.#make(by, 'plan-added', async ({ plans }) => {
      if ((await plans.list()).length >= planLimits.plans) {
        throw new RefusedError(
          'throttled',
          `There are ${planLimits.plans} plans already; remove one first.`,
        );
      }
      await plans.add(plan);
      return [described(plan, principal), { plan: name }];
    });
  }

  /** @throws RefusedError `not-found`, `name-taken`, or `changed-meanwhile` when it is of another version by now */
  change(
    principal: Principal,
    by: By,
    id: string,
    { name, zones, version }: ChangePlan,
  ): Promise<Plan> {
    return this.#make(by, 'plan-changed', async (records) => {
      const plan = { ...(await found(records, id)), name, zones, version: version + 1 };
      if (!(await records.plans.change(plan))) {
        throw new RefusedError(
          'changed-meanwhile',
          `Somebody else has changed the plan ${name} meanwhile: look at it as it is now, and change it again.`,
        );
      }
      return [described(plan, principal), { plan: name, zones: zones.length }];
    });
  }

  /** @throws RefusedError `not-found`; `invalid-request` for what is no picture of a known kind, or on the city's map */
  setPicture(principal: Principal, by: By, id: string, bytes: Buffer): Promise<Plan> {
    const type = pictureTypeOf(bytes);
    if (!type) {
      throw new RefusedError('invalid-request', 'The picture has to be PNG, JPEG or WebP.');
    }
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    return this.#make(by, 'plan-pictured', async (records) => {
      const plan = { ...(await found(records, id)), pictureHash: hash };
      if (plan.ground !== 'picture') {
        throw new RefusedError('invalid-request', 'This plan stands on the city’s map.');
      }
      await records.plans.setPicture(id, { bytes, type, hash });
      return [described(plan, principal), { plan: plan.name, picture: hash }];
    });
  }

  /** @throws RefusedError `not-found` */
  async picture(id: string): Promise<PlanPicture> {
    const picture = await this.#store.plans.picture(id);
    if (picture) return picture;
    throw new RefusedError('not-found', 'This plan has no picture yet.');
  }

  /** @throws RefusedError `not-found` */
  remove(by: By, id: string): Promise<void> {
    return this.#make(by, 'plan-removed', async (records) => {
      const { name } = await found(records, id);
      await records.plans.remove(id);
      return [undefined, { plan: name }];
    });
  }

  /** Changes plans together with the record of it. */
  #make<T>(
    { actor, address }: By,
    action: string,
    work: (records: Pick<Records, 'plans'>) => Promise<[T, detail: Record<string, unknown>]>,
  ): Promise<T> {
    return this.#store.transaction(async (records) => {
      const [outcome, detail] = await work(records);
      await this.#audit.within(records, { kind: 'change', action, actor, address, detail });
      return outcome;
    });
  }
}

/** @throws RefusedError `not-found` */
async function found({ plans }: Pick<Records, 'plans'>, id: string): Promise<PlanRecord> {
  const plan = await plans.find(id);
  if (plan) return plan;
  throw new RefusedError('not-found', 'There is no such plan any more.');
}

function described(plan: PlanRecord, principal: Principal): Plan {
  const { id, name, ground, version, pictureHash } = plan;
  const zones = plan.zones.filter(({ zone }) => may(principal, 'zone:see', zone));
  return { id, name, ground, zones, picture: pictureHash, version };
}
