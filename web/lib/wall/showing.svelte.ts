/** What a wall shows: zones as they were chosen, a view, a tour of them, or what somebody has sent here. */
import { untrack } from 'svelte';
import type { Sent } from '../../../server/contract/screen.ts';
import type { View, ViewTour } from '../../../server/contract/view.ts';
import type { Views } from '../views/views.svelte.ts';
import type { WallAddress } from './address.ts';
import type { Arrangement } from './arrangement.svelte.ts';
import { isLayout, type Layout } from './layout.ts';
import { dwellLimits, Tour, wholeWall } from './tour.svelte.ts';
import { parseChoice, type ZoneChoice } from './zone-choice.ts';

type Shown = Pick<View, 'zones' | 'layout' | 'order' | 'tour'>;

/** To come back to. */
interface Before {
  readonly choice: ZoneChoice;
  readonly layout: Layout;
  readonly order: string[];
  readonly preferred: string[];
  readonly tour: ViewTour | undefined;
}

export class Showing {
  choice = $state.raw() as ZoneChoice;
  /** What the wall showed before somebody sent a view here. */
  before = $state.raw<Before>();
  readonly tour: Tour;
  readonly #arrangement: Arrangement;
  readonly #views: Views;
  readonly #address: WallAddress;
  /** A tour that the address or a view asks for: it begins with the first tiles, and only once. */
  #tourDue = $state.raw<ViewTour>();
  #shownVersion = 0;

  constructor(arrangement: Arrangement, views: Views, address: WallAddress) {
    this.#arrangement = arrangement;
    this.#views = views;
    this.#address = address;
    arrangement.layout = address.layout;
    arrangement.preferred = address.order;
    // Nothing is watched before it is known what the view holds.
    this.choice = address.view === undefined ? address.choice : { kind: 'list', zones: [] };
    this.#tourDue = this.#addressTour;
    this.tour = new Tour({
      show: (stop) => this.#showStop(stop),
      turn: () => arrangement.turnOn(),
    });
  }

  /** Shows what a view holds, and begins its tour. */
  apply(view: Shown): void {
    this.#show(view);
    this.tour.stop();
    this.#tourDue = view.tour;
  }

  /** Without stops: page by page, where the zones do not fit on one, and else zone by zone. */
  startTour(stops: string[], dwell: number): void {
    const { pages, order } = this.#arrangement;
    const all = pages > 1 ? [wholeWall] : [...order];
    this.tour.start(stops.length > 0 ? stops : all, dwell);
  }

  /** Begins a tour that is due. To be called in an effect. */
  beginTour(): void {
    const due = this.#tourDue;
    if (!due || !this.#views.asked) return;
    const { order } = this.#arrangement;
    // A stop that is a view brings its zones along.
    if (order.length === 0 && !due.stops.some((stop) => this.#views.find(stop))) return;
    this.#tourDue = undefined;
    untrack(() => this.startTour(due.stops, due.dwell));
  }

  /**
   * Shows the view that the address names once it is known, and again when somebody has changed it. To be called in an
   * effect.
   * @returns it, when it is shown anew
   */
  lookAtAddress(): View | undefined {
    const { view: name } = this.#address;
    const view = name === undefined ? undefined : this.#views.find(name);
    if (!view || this.before || view.version === this.#shownVersion) return undefined;
    this.#shownVersion = view.version;
    untrack(() => {
      this.apply(view);
      this.#tourDue = this.#addressTour ?? view.tour;
    });
    return view;
  }

  /** Somebody has sent this here. */
  take({ by, show }: Sent): void {
    if (show.kind === 'zone') return this.#arrangement.receive(show.zone, by);
    if (show.kind === 'back') return this.back();
    this.before ??= this.#now;
    this.apply(show.view);
  }

  /** To what it showed before anything was sent. */
  back(): void {
    this.#arrangement.sendAway();
    const { before } = this;
    if (!before) return;
    this.before = undefined;
    this.tour.stop();
    this.#arrangement.showFirstPage();
    this.choice = before.choice;
    this.#arrangement.layout = before.layout;
    this.#arrangement.order = before.order;
    this.#arrangement.preferred = before.preferred;
    this.#tourDue = before.tour;
  }

  get #now(): Before {
    const { layout, order, preferred } = this.#arrangement;
    const { running, stops, dwell } = this.tour;
    const tour = running ? { stops: stops.filter(Boolean), dwell } : this.#tourDue;
    return { choice: this.choice, layout, order, preferred, tour };
  }

  get #addressTour(): ViewTour | undefined {
    const { tour, dwell = dwellLimits.usual } = this.#address;
    return tour && { stops: tour, dwell };
  }

  #show({ zones, layout, order }: Shown): void {
    this.#arrangement.showFirstPage();
    this.choice = parseChoice(zones);
    this.#arrangement.layout = isLayout(layout) ? layout : 'auto';
    this.#arrangement.order = [];
    this.#arrangement.preferred = order;
  }

  #showStop(stop: string): boolean {
    if (stop === wholeWall) this.#arrangement.showFirstPage();
    else {
      const view = this.#views.find(stop);
      if (!view) return this.#arrangement.enlarge(stop.toUpperCase());
      this.#show(view);
    }
    return true;
  }
}
