/** Where each zone stands on the wall: order, page, the tile in focus and the one that is enlarged. */
import { mostTiles } from '../../../server/contract/tile.ts';
import { texts } from '../text/texts.ts';
import { gridOf, type Layout } from './layout.ts';

export class Arrangement {
  /** Every zone of the wall, in the order of their tiles. */
  order = $state.raw<string[]>([]);
  /** The order that a person has given to zones, also to those that are not there now; empty if they gave none. */
  preferred = $state.raw<string[]>([]);
  /** How many more there are that fit the pattern: further down the list than the server tells of. */
  beyond = $state(0);
  layout = $state<Layout>('auto');
  /** A zone that somebody has sent here: it has one pane on each page, whatever else the wall shows. */
  guest = $state.raw<{ readonly zone: string; readonly by: string }>();
  /** Width over height of the wall's place on the screen. */
  aspect = $state(16 / 9);
  page = $state(0);
  /** The zone that is shown alone. */
  enlarged = $state<string>();

  /** The zone whose camera is steered; its tile is the one in focus. */
  steered = $state<string>();
  #focus = $state<string>();

  readonly grid = $derived(
    gridOf(this.layout, this.order.length + (this.#isStranger ? 1 : 0), this.aspect),
  );
  readonly pages = $derived(Math.max(1, Math.ceil(this.order.length / this.grid.capacity)));
  readonly first = $derived(Math.min(this.page, this.pages - 1) * this.grid.capacity);
  /** The zones on this page. A guest takes an empty place, or else the last one. */
  readonly shown = $derived.by(() => {
    const { capacity } = this.grid;
    const own = this.order.slice(this.first, this.first + capacity);
    if (!this.guest || own.includes(this.guest.zone)) return own;
    return [...own.slice(0, capacity - 1), this.guest.zone];
  });
  /** Those to be watched: the ones on this page first, and of the others as many as one may. */
  readonly watched = $derived(
    [...this.shown, ...this.order.filter((zone) => !this.shown.includes(zone))].slice(0, mostTiles),
  );
  /** The number of this page, from 1. */
  readonly shownPage = $derived(Math.min(this.page, this.pages - 1) + 1);
  /** What part of the wall is on this page, in words; empty while it is all of it. */
  readonly part = $derived(
    this.pages > 1 || this.beyond > 0
      ? texts.wall.part(
          this.first + 1,
          this.first + this.shown.length,
          this.order.length + this.beyond,
        )
      : '',
  );

  /** Whether the guest is none of the wall's own zones. */
  get #isStranger(): boolean {
    return this.guest !== undefined && !this.order.includes(this.guest.zone);
  }

  /** The zone whose tile has the keyboard's focus. */
  get focus(): string | undefined {
    return this.#focus;
  }

  set focus(zone: string | undefined) {
    if (zone !== this.#focus) this.steered = undefined;
    this.#focus = zone;
  }

  /** Takes up these zones; those that were there keep their places. */
  setZones(zones: string[]): void {
    const kept = this.order.filter((zone) => zones.includes(zone));
    const added = zones.filter((zone) => !kept.includes(zone));
    if (added.length === 0 && kept.length === this.order.length) return;
    const left = this.#focus === undefined ? -1 : this.order.indexOf(this.#focus);
    this.order = this.#inPreferredOrder([...kept, ...added]);
    // The keyboard goes on where it was: at the tile that takes the place of one that leaves.
    if (this.#focus !== undefined && !this.#has(this.#focus))
      this.focus = this.order[Math.min(Math.max(0, left), this.order.length - 1)];
    if (this.enlarged && !this.#has(this.enlarged)) this.enlarged = undefined;
  }

  /** Gives a zone one pane until `sendAway`; nothing is shown alone meanwhile. */
  receive(zone: string, by: string): void {
    this.restore();
    this.guest = { zone, by };
  }

  sendAway(): void {
    const { zone } = this.guest ?? {};
    this.guest = undefined;
    if (zone === undefined || this.order.includes(zone)) return;
    if (this.enlarged === zone) this.restore();
    if (this.focus === zone) this.focus = this.shown[0];
  }

  /** Puts a zone where another one is; the others move up. */
  place(zone: string, onto: string): void {
    const to = this.order.indexOf(onto);
    if (zone === onto || to < 0 || !this.order.includes(zone)) return;
    const rest = this.order.filter((other) => other !== zone);
    this.#reorder([...rest.slice(0, to), zone, ...rest.slice(to)]);
  }

  /** Swaps the focused tile with its neighbour, at most to the wall's end. */
  moveFocused(columns: number, rows: number): void {
    const other = this.#neighbour(columns, rows);
    const zone = this.focus;
    // A guest stays where it is.
    if (!zone || !other || ![zone, other].every((id) => this.order.includes(id))) return;
    this.#reorder(this.order.map((id) => (id === zone ? other : id === other ? zone : id)));
  }

  /** Moves the focus to the neighbour, or to the first tile when nothing has it. */
  moveFocus(columns: number, rows: number): void {
    this.focusOn(this.#neighbour(columns, rows) ?? this.focus ?? this.shown[0]);
  }

  /** An enlarged tile gives its place to the one that gets the focus. */
  focusOn(zone: string | undefined): void {
    if (!zone || !this.#has(zone)) return;
    this.focus = zone;
    if (this.enlarged) this.enlarged = zone;
    if (!this.shown.includes(zone))
      this.page = Math.floor(this.order.indexOf(zone) / this.grid.capacity);
  }

  /** @returns whether it is on this wall */
  enlarge(zone: string | undefined): boolean {
    if (!zone || !this.#has(zone)) return false;
    this.enlarged = zone;
    this.focusOn(zone);
    return true;
  }

  restore(): void {
    this.enlarged = undefined;
  }

  /** Steers the camera of the tile in focus, or of the first one. */
  steer(): void {
    const zone = this.enlarged ?? this.focus ?? this.shown[0];
    this.focusOn(zone);
    this.steered = zone;
  }

  turnPage(by: number): void {
    this.steered = undefined;
    this.page = (Math.min(this.page, this.pages - 1) + by + this.pages) % this.pages;
    this.enlarged = undefined;
  }

  showFirstPage(): void {
    this.restore();
    this.page = 0;
  }

  /** Shows the page after this one, as a tour does. @returns false on the last page, and while one zone is shown alone */
  turnOn(): boolean {
    if (this.enlarged !== undefined || this.shownPage === this.pages) return false;
    this.page = this.shownPage;
    return true;
  }

  #reorder(order: string[]): void {
    this.order = order;
    const away = this.preferred.filter((zone) => !order.includes(zone));
    this.preferred = [...order, ...away];
  }

  /** Those that nobody has placed come last, as they came. */
  #inPreferredOrder(zones: string[]): string[] {
    const placed = this.preferred;
    const at = (zone: string): number =>
      placed.includes(zone) ? placed.indexOf(zone) : placed.length;
    return [...zones].sort((a, b) => at(a) - at(b));
  }

  #neighbour(columns: number, rows: number): string | undefined {
    if (!this.focus) return undefined;
    const end = this.first + this.grid.capacity;
    const [before, after] = [this.order.slice(0, this.first), this.order.slice(end)].map((zones) =>
      zones.filter((zone) => !this.shown.includes(zone)),
    ) as [string[], string[]];
    const all = [...before, ...this.shown, ...after];
    const at = all.indexOf(this.focus);
    // A large tile spans several cells, so there the tiles simply follow one another.
    const step =
      this.grid.largeSpan > 1 || this.enlarged
        ? columns + rows
        : columns + rows * this.grid.columns;
    return all[at + step];
  }

  #has(zone: string): boolean {
    return this.order.includes(zone) || this.guest?.zone === zone;
  }
}
