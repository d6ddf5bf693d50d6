/** Lines to paste for encoders (WHIP) and players (WHEP), with the address of a zone and the secret of a key. */
import type { KeyRole } from '../../../server/contract/access.ts';
import { texts } from '../text/texts.ts';

/** The programs that have a line of their own, by which texts name them. */
export const programs = {
  camera: ['whipclientsink', 'ffmpeg', 'whipClient'],
  wall: ['whepsrc', 'page'],
} as const satisfies Record<KeyRole, readonly string[]>;
export type Program = (typeof programs)[KeyRole][number];

/** What stands for the zone where a key is good for several; the person puts one there. */
const someZone = 'ZONE';

export interface ProgramAccess {
  readonly role: KeyRole;
  /** Pattern of the zones that the key is for. */
  readonly zones: string;
  readonly secret: string;
}

export interface ProgramLines {
  /** Where an encoder or player asks: `https://HOST/whip/ZONE`. */
  readonly address: string;
  /** Whether the zone has to be put in by hand. */
  readonly zoneIsOpen: boolean;
  readonly lines: readonly { readonly program: Program; readonly line: string }[];
}

/** @param origin of the server, as programs reach it */
export function programLines(origin: string, { role, zones, secret }: ProgramAccess): ProgramLines {
  const zoneIsOpen = zones.includes('*');
  const door = role === 'camera' ? 'whip' : 'whep';
  const address = `${origin}/${door}/${zoneIsOpen ? someZone : zones}`;
  const lines = programs[role].map((program) => ({
    program,
    line: texts.programs.lines[program](address, secret),
  }));
  return { address, zoneIsOpen, lines };
}

/** Whether nothing but this machine reaches an origin. */
export function isLoopback(origin: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\..+|\[::1\])$/.test(new URL(origin).hostname);
}
