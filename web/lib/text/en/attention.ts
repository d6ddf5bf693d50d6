/** What is said of trouble: the status bar, what happened, and shifts that are handed over. */
import type { HappeningKind } from '../../../../server/contract/happening.ts';

const cameras = (count: number): string => (count === 1 ? '1 camera' : `${count} cameras`);

export const attention = {
  bar: {
    label: 'Status',
    live: (live: number, all: number) => `${live}/${all} live`,
    stalled: (count: number) => `${count} stalled`,
    lost: (count: number) => `${count} lost`,
    /** Beside those that are lost. */
    without: (count: number) => `${count} without a camera`,
    server: 'server',
    connecting: 'connecting to the server',
    unheard: (time: string) => `not heard from the server for ${time}`,
    /** Beside counts of a server that is silent. */
    old: (time: string) => `as of ${time}`,
    fresh: (count: number) => `${count} new`,
    open: 'What happened',
    close: 'Close',
  },
  /** Of zones in a list, while the server is silent. */
  statesOf: (time: string) => `The server is not heard: states are as of ${time}.`,
  badge: (count: number, title: string) => (count > 0 ? `(${count}) ${title}` : title),
  list: {
    title: 'What happened',
    since: (time: string) => `Since ${time}`,
    filter: 'Show',
    filters: { open: 'Open', all: 'All', bookmarks: 'Bookmarks' },
    none: {
      open: 'Nothing is open.',
      all: 'Nothing happened.',
      bookmarks: 'There are no bookmarks yet.',
    },
    acknowledge: 'Acknowledge',
    acknowledgeAll: 'Acknowledge all',
    acknowledged: (by: string, time: string) => `Acknowledged by ${by} at ${time}`,
    mayNot: 'You may read this, and not answer it.',
    note: 'Note',
    noteOf: (by: string, time: string) => `${by}, ${time}`,
    writeNote: 'Add a note',
    changeNote: 'Change the note',
    save: 'Save',
    cancel: 'Cancel',
    sound: 'Sound for new trouble',
    unreachable: 'This list is old: the server is not heard.',
    more: (count: number) => `and ${count} more`,
    times: (zone: string, times: number, since: string) =>
      `${zone} lost ${times} times since ${since}`,
    back: (zone: string) => `${zone} is back`,
    over: (time: string) => `over at ${time}`,
    goesOn: 'goes on',
  },
  /** One line for each; times are of the site. */
  what: {
    'zones-lost': (count, _subject, time) => `${cameras(count)} lost at ${time}`,
    'zones-stalled': (count, _subject, time) => `${cameras(count)} stalled at ${time}`,
    'gateway-gone': (count, subject, time) =>
      count > 0
        ? `Gateway ${subject} gone at ${time}, with ${cameras(count)}`
        : `Gateway ${subject} gone at ${time}`,
    'node-lost': (_count, subject, time) =>
      `Server ${subject} lost at ${time}; its cameras come back at another one`,
    'camera-tampered': (count, _subject, time) => `${cameras(count)} tampered with at ${time}`,
    'zones-ended': (count, _subject, time) => `${cameras(count)} ended by a person at ${time}`,
    'node-drains': (_count, subject, time) =>
      `Server ${subject} handed its clients over at ${time}`,
    bookmark: (_count, by, time) => `Bookmark by ${by} at ${time}`,
  } satisfies Record<HappeningKind, (count: number, subject: string, time: string) => string>,
  bookmark: {
    tool: 'Bookmark',
    noPicture: 'No bookmark: there is no picture yet.',
    added: (time: string) => `Bookmarked ${time}, in What happened`,
    notAdded: (reason: string) => `Not bookmarked: ${reason}`,
    note: 'Note to the bookmark, if any',
    save: 'Save',
    noted: (time: string) => `The note is with the bookmark of ${time}`,
    notNoted: (reason: string) => `The note is not saved: ${reason}`,
  },
  panes: {
    now: {
      lost: (zone: string) => `${zone}: the camera is lost.`,
      stalled: (zone: string) => `${zone}: no new frame, the picture is old.`,
      failed: (zone: string) => `${zone}: cannot be shown.`,
      back: (zone: string) => `${zone}: live again.`,
    },
    many: (count: number) => `${count} panes have changed; see what happened.`,
  },
  handover: {
    title: 'Handover',
    open: 'Handover …',
    intro: 'What is open is put together below. Who comes confirms it with their own sign-in.',
    text: 'What the next shift has to know',
    name: 'Your name',
    begin: 'Hand over',
    confirm: 'Take over',
    withdraw: 'Withdraw',
    print: 'Print',
    close: 'Close',
    from: (name: string, time: string) => `${name} hands over, ${time}`,
    done: (from: string, to: string, time: string) => `${from} handed over to ${to}, ${time}`,
    waits: 'Waits for whoever comes: they confirm it on their own sign-in.',
    openThings: (count: number) => (count === 0 ? 'Nothing is open.' : `Open: ${count}`),
    more: 'More is open than is named here.',
    bookmarks: (count: number) => `Bookmarks of the shift: ${count}`,
    before: 'Handed over before',
    none: 'No shift was handed over yet.',
  },
};
