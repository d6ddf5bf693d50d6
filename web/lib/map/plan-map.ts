/** A plan on the screen, by Leaflet: its picture or the city's map, the zones on it, and what hands do there. It decides nothing. */
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { CityMap } from '../../../server/contract/city-map.ts';
import type { PlacedZone } from '../../../server/contract/plan.ts';
import {
  clustersOf,
  coneOf,
  distance,
  headingTo,
  placeOf,
  towards,
  type Place,
} from './geometry.ts';
import type { Ground } from './ground.ts';
import { measures } from './measures.ts';
import { cornersOf } from './mercator.ts';
import { worstOf, type Health } from './zone-health.ts';

/** What is drawn of a zone. */
export interface DrawnZone {
  readonly placed: PlacedZone;
  readonly health: Health;
  /** What is read of it, as `CBD-TRAFFIC-01, live`. */
  readonly label: string;
}

export interface PlanMapEvents {
  /** Somebody opens a zone, by click or Enter. */
  opened(zone: string): void;
  /** A zone's camera was moved or turned by hand. */
  changed(placed: PlacedZone): void;
  /** Somewhere on the plan, in shares of its picture or of the world. */
  clicked(at: { x: number; y: number }): void;
}

/** Of the sign of several zones. */
const groupClass = 'many';
/** Signs nearer to each other than this are one, px. */
const apart = 34;
const widest = 1; // The picture's or the world's width, in the map's units.
const zoomSteps = 0.5;
export class PlanMap {
  readonly #map: L.Map;
  readonly #events: PlanMapEvents;
  readonly #cones = L.layerGroup();
  readonly #signs = L.layerGroup();
  readonly #way = L.polyline([], { className: 'way', interactive: false });
  readonly #measure: (typeof measures)[Ground['kind']];
  #ground: L.Layer | undefined;
  #height = 1;
  /** All of the ground. */
  #bounds = boundsOf({ x: 0, y: 0 }, { x: 1, y: 1 });
  /** What is looked at first. */
  #home = this.#bounds;
  #drawn: readonly DrawnZone[] = [];
  /** The zone that is moved and turned by hand; undefined while none is. */
  #held: string | undefined;
  #editing = false;
  /** All of the plan is in view, as long as nobody looks closer. */
  #isWhole = true;

  constructor(element: HTMLElement, kind: Ground['kind'], events: PlanMapEvents) {
    this.#events = events;
    this.#measure = measures[kind];
    const { crs, most } = this.#measure;
    this.#map = L.map(element, {
      ...{ crs, zoomSnap: zoomSteps, zoomDelta: zoomSteps },
      ...{ attributionControl: false, maxZoom: most, minZoom: 0 },
    });
    this.#map.setView([0, 0], 1);
    for (const layer of [this.#cones, this.#signs, this.#way]) layer.addTo(this.#map);
    this.#map.on('zoomend', () => this.#draw());
    const closer = (): void => void (this.#isWhole = false);
    this.#map.on('dragstart', closer);
    for (const kind of ['wheel', 'click', 'keydown', 'touchmove'])
      element.addEventListener(kind, closer, { passive: true });
    this.#map.on('click', ({ latlng: { lat, lng } }) => {
      const [x, y] = [lng / widest, -lat / this.#height];
      if (x >= 0 && x <= 1 && y >= 0 && y <= 1) events.clicked({ x, y });
    });
  }

  /** @param height of the picture, in its widths */
  setPicture(address: string, height: number, name: string): void {
    this.#height = height;
    this.#bounds = boundsOf({ x: 0, y: 0 }, { x: 1, y: height });
    this.#home = this.#bounds;
    this.#stand(L.imageOverlay(address, this.#bounds, { alt: name }));
  }

  /** Puts the zones where the city is: what they cover is looked at first, or all of it where there are none. */
  setCity(covers: CityMap['bounds']): void {
    this.#height = 1;
    this.#bounds = boundsOf(...cornersOf(covers));
    const seen = this.#drawn.flatMap(({ placed }) => [placed, ...coneOf(placed, this.#height)]);
    this.#home = seen.length > 0 ? L.latLngBounds(seen.map(latLngOf)).pad(0.3) : this.#bounds;
    this.#stand(L.layerGroup());
  }

  /** Lays the city's map under them, wherever somebody looks by now. */
  lay(map: L.Layer): void {
    this.#ground?.remove();
    this.#ground = map.addTo(this.#map);
  }

  /** How wide what is looked at first is, in the plan's units. */
  get span(): number {
    const [from, to] = [this.#home.getNorthWest(), this.#home.getSouthEast()].map(placeFrom);
    return from && to ? Math.max(to.x - from.x, to.y - from.y) : 1;
  }

  #stand(ground: L.Layer): void {
    this.lay(ground);
    const all = L.latLngBounds(this.#bounds.getSouthWest(), this.#bounds.getNorthEast());
    this.#map.setMaxBounds(all.extend(this.#home).pad(0.5));
    this.#showWhole();
    this.#draw();
  }

  /** Takes the size of its place on the page, which has changed. */
  fit(): void {
    this.#map.invalidateSize();
    if (this.#isWhole) this.#showWhole();
  }

  /** @param editing signs can be moved; the zone that is held can be turned too */
  show(drawn: readonly DrawnZone[], editing: boolean, held?: string): void {
    this.#drawn = drawn;
    this.#editing = editing;
    this.#held = held;
    this.#draw();
  }

  /** Draws a way in place of the last one. */
  showWay(way: readonly Place[]): void {
    this.#way.setLatLngs(way.map(latLngOf));
  }

  close(): void {
    this.#map.remove();
  }

  #showWhole(): void {
    this.#isWhole = true;
    const { least, home } = this.#measure;
    this.#map.setMinZoom(-Infinity);
    this.#map.fitBounds(this.#home, { animate: false, maxZoom: home });
    const whole = Math.min(this.#map.getZoom(), this.#map.getBoundsZoom(this.#bounds));
    this.#map.setMinZoom(Math.max(least, whole - 1));
  }

  #draw(): void {
    if (!this.#ground) return;
    const focused = this.#focusedZone;
    this.#cones.clearLayers();
    this.#signs.clearLayers();
    for (const { placed, health } of this.#drawn) {
      const cone = coneOf(placed, this.#height).map(latLngOf);
      const className = `cone ${health}`;
      L.polygon(cone, { className, interactive: false }).addTo(this.#cones);
    }
    const scale = this.#measure.crs.scale(this.#map.getZoom());
    const seen = this.#drawn.map((zone) => ({ zone, ...placeOf(zone.placed, this.#height) }));
    // What is moved by hand has to be seen one by one.
    const groups = clustersOf(seen, this.#editing ? 0 : apart / scale);
    for (const group of groups) {
      const [first] = group;
      if (group.length === 1 && first) this.#drawSign(first.zone, focused);
      else this.#drawGroup(group);
    }
    const held = this.#drawn.find(({ placed }) => placed.zone === this.#held);
    if (this.#editing && held) this.#drawHandle(held.placed);
  }

  #drawSign({ placed, health, label }: DrawnZone, focused: string | undefined): void {
    const { zone } = placed;
    const at = placeOf(placed, this.#height);
    const chosen = zone === this.#held ? ' held' : '';
    const sign = L.marker(latLngOf(at), {
      icon: L.divIcon({ className: `sign ${health}${chosen}`, iconSize: [22, 22] }),
      ...{ title: label, alt: label, draggable: this.#editing },
    });
    pressable(sign, () => this.#events.opened(zone));
    sign.on('dragend', () => this.#events.changed({ ...placed, ...this.#sharesOf(sign) }));
    sign.addTo(this.#signs);
    const element = sign.getElement();
    element?.setAttribute('aria-label', label);
    element?.setAttribute('data-zone', zone);
    if (zone === focused) element?.focus();
  }

  #drawGroup(group: readonly (Place & { readonly zone: DrawnZone })[]): void {
    const [first] = group;
    if (!first) return;
    const health = worstOf(group.map(({ zone }) => zone.health));
    const label = group.map(({ zone }) => zone.label).join('; ');
    const sign = L.marker(latLngOf(first), {
      icon: L.divIcon({
        ...{
          className: `sign ${groupClass} ${health}`,
          iconSize: [34, 34],
          html: `${group.length}`,
        },
      }),
      ...{ title: label, alt: label },
    });
    const bounds = L.latLngBounds(group.map(latLngOf));
    pressable(sign, () => this.#map.fitBounds(bounds.pad(0.3)));
    sign.addTo(this.#signs);
    sign.getElement()?.setAttribute('aria-label', label);
  }

  /** At the end of its sight: it is drawn there by hand, which turns it. */
  #drawHandle(placed: PlacedZone): void {
    const at = placeOf(placed, this.#height);
    const handle = L.marker(latLngOf(towards(at, placed.heading, placed.reach)), {
      icon: L.divIcon({ className: 'handle', iconSize: [18, 18] }),
      ...{ draggable: true, keyboard: false },
    });
    handle.on('dragend', () => {
      const to = placeFrom(handle.getLatLng());
      const reach = Math.min(1, Math.max(this.#measure.reach(placed.y), distance(at, to)));
      this.#events.changed({ ...placed, heading: headingTo(at, to), reach });
    });
    handle.addTo(this.#signs);
  }

  #sharesOf(sign: L.Marker): { x: number; y: number } {
    const { x, y } = placeFrom(sign.getLatLng());
    const within = (share: number): number => Math.min(1, Math.max(0, share));
    return { x: within(x), y: within(y / this.#height) };
  }

  get #focusedZone(): string | undefined {
    const { activeElement } = document;
    return activeElement instanceof HTMLElement ? activeElement.dataset['zone'] : undefined;
  }
}

/** By click, and by Enter, of which Leaflet makes no click. */
function pressable(sign: L.Marker, act: () => void): void {
  sign.on('click', act);
  sign.on('keypress', ({ originalEvent }: L.LeafletKeyboardEvent) => {
    if (originalEvent.key === 'Enter') act();
  });
}

function boundsOf(from: Place, to: Place): L.LatLngBounds {
  return L.latLngBounds(latLngOf(from), latLngOf(to));
}

const latLngOf = ({ x, y }: Place): [number, number] => [-y, x * widest];
const placeFrom = ({ lat, lng }: L.LatLng): Place => ({ x: lng / widest, y: -lat });
