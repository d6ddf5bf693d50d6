/** The panes of a desk: which zones are open, where each stands; to open one is to watch it. */
import { mostTiles } from '../../../server/contract/tile.ts';
import type { View } from '../../../server/contract/view.ts';
import { matchesZone } from '../../../server/contract/zone.ts';
import { Arrangement } from '../wall/arrangement.svelte.ts';
import { isLayout } from '../wall/layout.ts';
import { parseChoice } from '../wall/zone-choice.ts';
import type { Desk } from './remembered-desk.ts';

export class Stage {
  readonly arrangement = new Arrangement();

  constructor(desk: Desk) {
    this.restore(desk);
  }

  /** Opens these zones and no others. */
  restore({ zones, layout, enlarged }: Desk): void {
    this.arrangement.showFirstPage();
    this.arrangement.focus = undefined;
    this.arrangement.order = zones;
    this.arrangement.layout = layout;
    this.arrangement.enlarge(enlarged);
  }

  isOpen(zone: string): boolean {
    return this.arrangement.order.includes(zone);
  }

  /** Opens a zone after the others, or chooses its pane. @returns whether there was room */
  open(zone: string): boolean {
    const { arrangement } = this;
    if (!this.isOpen(zone)) {
      if (arrangement.order.length >= mostTiles) return false;
      arrangement.order = [...arrangement.order, zone];
    }
    arrangement.focusOn(zone);
    return true;
  }

  /** Puts a zone where another one is: one that is open moves there, another one takes its place. */
  put(zone: string, onto: string): void {
    const { arrangement } = this;
    if (this.isOpen(zone)) arrangement.place(zone, onto);
    else arrangement.order = arrangement.order.map((id) => (id === onto ? zone : id));
    if (arrangement.enlarged === onto) arrangement.restore();
    arrangement.focusOn(zone);
  }

  /** Its neighbour gets the focus, if it had it. */
  close(zone: string): void {
    const { arrangement } = this;
    const at = arrangement.order.indexOf(zone);
    if (at < 0) return;
    const hadFocus = arrangement.focus === zone;
    if (arrangement.enlarged === zone) arrangement.restore();
    arrangement.order = arrangement.order.filter((other) => other !== zone);
    if (!hadFocus) return;
    arrangement.focus = undefined;
    arrangement.focusOn(arrangement.order[Math.min(at, arrangement.order.length - 1)]);
  }

  closeAll(): void {
    this.arrangement.restore();
    this.arrangement.focus = undefined;
    this.arrangement.order = [];
  }

  /**
   * Opens what a view holds, in place of what is open.
   * @param known zones, of which those are opened that fit a pattern
   */
  apply({ zones, layout, order }: Pick<View, 'zones' | 'layout' | 'order'>, known: string[]): void {
    const choice = parseChoice(zones);
    const fitting =
      choice.kind === 'list' ? choice.zones : known.filter((id) => matchesZone(choice.pattern, id));
    const placed = order.filter((id) => fitting.includes(id));
    const others = fitting.filter((id) => !placed.includes(id));
    this.restore({
      zones: [...placed, ...others].slice(0, mostTiles),
      layout: isLayout(layout) ? layout : 'auto',
      enlarged: undefined,
    });
  }

  /** As it is saved. */
  get view(): Pick<View, 'zones' | 'layout'> {
    const { order, layout } = this.arrangement;
    return { zones: order.join(', '), layout };
  }

  /** As it is remembered. */
  get desk(): Desk {
    const { order, layout, enlarged } = this.arrangement;
    return { zones: order, layout, enlarged };
  }
}
