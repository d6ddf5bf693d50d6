/** What can be done with a tile, in the order of its toolbar. */
import { mayI } from '../access/who.ts';
import type { KeyAction } from '../keys/actions.ts';
import { mayBookmark } from '../moments/bookmark.ts';
import type { ViewerTile } from '../session/viewer-tile.svelte.ts';
import { texts } from '../text/texts.ts';
import { canFloat } from './floating.svelte.ts';
import type { Sign } from './tool-signs.ts';

const text = texts.wall.tools;
const marks = texts.attention.bookmark;

export interface Tool {
  readonly action: KeyAction;
  readonly sign: Sign;
  readonly title: string;
  readonly pressed?: boolean;
  /** Why it does nothing now. */
  readonly off?: string | undefined;
  readonly act: () => void | Promise<void>;
}

/** How the tile is now. */
export interface ToolState {
  /** The picture is that of now. */
  readonly live: boolean;
  readonly enlarged: boolean;
  /** Its figures are shown. */
  readonly figures: boolean;
  readonly floating: boolean;
  /** Its sound is heard. */
  readonly heard: boolean;
}

/** What each tool does; a tile has no tool for what is not here. */
export interface ToolActs {
  readonly snapshot: Tool['act'];
  readonly bookmark: Tool['act'];
  readonly sound: Tool['act'];
  readonly float: Tool['act'];
  readonly masks?: Tool['act'] | undefined;
  readonly figures: Tool['act'];
  readonly enlarge: Tool['act'];
  readonly close?: Tool['act'] | undefined;
}

/** Those that this tile has, for whoever sits here. */
export function toolsOf(tile: ViewerTile, now: ToolState, acts: ToolActs): Tool[] {
  const { zone } = tile;
  const tools: (Tool | false | undefined)[] = [
    mayI('zone:snapshot', zone) && {
      ...{ action: 'snapshot', sign: 'snapshot', title: text.snapshot, act: acts.snapshot },
      off: now.live ? undefined : text.notLive,
    },
    mayBookmark && {
      ...{ action: 'bookmark', sign: 'bookmark', title: marks.tool, act: acts.bookmark },
      off: tile.age.shown ? undefined : marks.noPicture,
    },
    tile.hasAudio && {
      ...{ action: 'sound', sign: 'sound', act: acts.sound, pressed: now.heard },
      title: now.heard ? text.soundOff : text.soundOn,
    },
    canFloat && {
      ...{ action: 'float', sign: 'float', title: text.float, act: acts.float },
      pressed: now.floating,
    },
    acts.masks &&
      mayI('zone:mask', zone) && {
        ...{ action: 'masks', sign: 'masks', title: text.masks, act: acts.masks },
        off: tile.steering ? text.steeredMasks : undefined,
      },
    {
      ...{ action: 'figures', sign: 'figures', title: text.figures, act: acts.figures },
      pressed: now.figures,
    },
    {
      ...{ action: 'enlarge', sign: now.enlarged ? 'restore' : 'enlarge', act: acts.enlarge },
      title: now.enlarged ? text.restore : text.enlarge,
    },
    acts.close && { action: 'close', sign: 'close', title: text.close(zone), act: acts.close },
  ];
  return tools.filter((tool): tool is Tool => Boolean(tool));
}
