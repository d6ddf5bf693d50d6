/** What the operator's desk says. */
import type { CameraState } from '../../../../server/contract/zone.ts';

export const desk = {
  title: 'Desk',
  navigator: 'Zones',
  showNavigator: 'Zones',
  hideNavigator: 'Close zones',
  stage: 'Pictures',
  find: 'Find a zone',
  findHint: 'Name or number · press /',
  found: (count: number, all: number) =>
    count === all ? `${all} zones` : `${count} of ${all} zones`,
  coming: 'Waiting for the list of zones …',
  /** The list goes on, and what is searched for is looked up among all. */
  partly: (known: number) => `The first ${known} are shown; a part of the name finds the others.`,
  noSuch: (name: string) => `There is no zone with ${name} in its name.`,
  nearest: 'The nearest:',
  noName: 'Names have letters, digits and dashes only.',
  tree: 'Zones by area',
  favourites: 'Favourites',
  other: 'Other zones',
  /** Said after the name of a group. */
  groupOf: (count: number, lost: number) =>
    lost > 0 ? `${count} · ${lost} without camera` : `${count}`,
  star: 'Favourite (key s)',
  /** By the state of the zone's camera; read out after the zone's name. */
  states: {
    idle: 'no camera',
    connecting: 'connecting',
    connected: 'ready',
    streaming: 'live',
    stalled: 'stalled',
  } satisfies Record<CameraState, string>,
  cutOff: (node: string) => `not reached: filmed at ${node}`,
  alsoOpen: (state: string) => `${state} · in a pane`,
  row: (zone: string, state: string, number: number, isOpen: boolean, isFavourite: boolean) =>
    `${zone}, ${state}${isOpen ? ', in a pane' : ''}${isFavourite ? ', favourite' : ''}, number ${number}`,
  still: (zone: string, age: string) => `Still of ${zone}, ${age} old`,
  typed: (number: string, zone: string) => `${number} – Enter opens ${zone}`,
  typedNone: (number: string) => `There is no number ${number} in the list.`,
  views: 'Views',
  layout: 'Layout',
  panes: (count: number) => (count === 1 ? '1 pane' : `${count} panes`),
  closeAll: 'Close all',
  close: (zone: string) => `Close ${zone}`,
  full: (most: number) =>
    `${most} panes are open, which is the most. Close one, or drag the zone onto a pane to take its place.`,
  empty: {
    title: 'Open a zone from the list',
    advice:
      'Click it, drag it here, or press / and type a part of its name, then Enter. Several zones stand side by side.',
    find: 'Search the list',
  },
  noZones: {
    title: 'There is no zone yet',
    advice:
      'Zones appear here as soon as a camera films one. A camera is any browser: open the console there, type the zone’s name, take the role of a camera and begin.',
    open: 'Add a camera in this browser',
    administer: 'Enrol a camera that starts by itself',
  },
};
