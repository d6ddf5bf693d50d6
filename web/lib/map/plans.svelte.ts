/** The site's plans as this page shows and changes them. */
import type { CityMap } from '../../../server/contract/city-map.ts';
import { addressOf } from '../../../server/contract/route.ts';
import { planLimits, type PlacedZone, type Plan } from '../../../server/contract/plan.ts';
import { ask, routes, sendFile } from '../api/ask.ts';
import { texts } from '../text/texts.ts';
import { Task } from '../ui/task.svelte.ts';
import type { Ground } from './ground.ts';

const said = texts.map;

export class Plans {
  /** Undefined until they were read. */
  all = $state.raw<readonly Plan[]>();
  /** The city's map; null where the server has none. */
  city = $state.raw<CityMap | null>(null);
  chosen = $state<string>();
  readonly task = new Task();
  /** What is shown of the chosen one while it is changed, before it is saved. */
  draft = $state.raw<readonly PlacedZone[]>();
  readonly current = $derived(this.all?.find(({ id }) => id === this.chosen) ?? this.all?.[0]);
  readonly zones = $derived(this.draft ?? this.current?.zones ?? []);

  constructor() {
    void this.task.read(async () => {
      const [{ map }, all] = await Promise.all([
        ask(routes.cityMap.describe),
        ask(routes.plans.list),
      ]);
      this.city = map;
      this.all = all;
      return undefined;
    });
  }

  /** What the plan stands on, with its address: another one for each picture or archive, so that a browser may keep it. */
  get ground(): Ground | undefined {
    const { id, ground, picture } = this.current ?? {};
    if (ground === 'city') {
      const { city } = this;
      if (!city) return undefined;
      const address = addressOf(routes.cityMap.archive, { query: { of: city.of } });
      return { kind: 'city', address, city };
    }
    if (!id || !picture) return undefined;
    const asking = { params: { id }, query: { of: picture } };
    return { kind: 'picture', address: addressOf(routes.plans.picture, asking) };
  }

  /** Puts a zone where it is to be, in the draft. */
  put(placed: PlacedZone): void {
    this.draft = [...this.zones.filter(({ zone }) => zone !== placed.zone), placed];
  }

  /** Adds one that stands on the city's map. @returns whether it went well */
  addOnCity(name: string): Promise<boolean> {
    return this.task.run(async () => {
      const plan = await ask(routes.plans.add, { body: { name, ground: 'city' } });
      this.#take(plan);
      this.chosen = plan.id;
      return said.added(name);
    });
  }

  /** @returns whether it went well */
  async add(name: string, picture: File): Promise<boolean> {
    if (!this.#fits(picture)) return false;
    return this.task.run(async () => {
      const plan = await ask(routes.plans.add, { body: { name } });
      this.#take(plan);
      this.chosen = plan.id;
      this.#take(await sendFile(routes.plans.setPicture, picture, { params: { id: plan.id } }));
      return said.added(name);
    });
  }

  async setPicture(plan: Plan, picture: File): Promise<boolean> {
    if (!this.#fits(picture)) return false;
    return this.task.run(async () => {
      const asking = { params: { id: plan.id } };
      this.#take(await sendFile(routes.plans.setPicture, picture, asking));
      return said.pictured;
    });
  }

  /** Saves the draft. */
  save(plan: Plan): Promise<boolean> {
    return this.task.run(async () => {
      const { id, name, version } = plan;
      const body = { name, version, zones: [...this.zones] };
      this.#take(await ask(routes.plans.change, { params: { id }, body }));
      this.draft = undefined;
      return said.saved(name);
    });
  }

  remove({ id, name }: Plan): Promise<boolean> {
    return this.task.run(async () => {
      await ask(routes.plans.remove, { params: { id } });
      this.all = this.all?.filter((plan) => plan.id !== id);
      this.draft = undefined;
      return said.removed(name);
    });
  }

  /** Says so where it is too large to be sent. */
  #fits({ size }: File): boolean {
    if (size <= planLimits.picture) return true;
    this.task.fail(said.add.large);
    return false;
  }

  #take(plan: Plan): void {
    const others = (this.all ?? []).filter(({ id }) => id !== plan.id);
    this.all = [...others, plan].sort((a, b) => a.name.localeCompare(b.name));
  }
}
