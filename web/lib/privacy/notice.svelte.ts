/** The notice of a zone, fetched as the zone changes. */
import { messageOf } from '../../../server/contract/errors.ts';
import type { ZoneNotice } from '../../../server/contract/privacy.ts';
import { ask, routes } from '../api/ask.ts';
import { texts } from '../text/texts.ts';

const text = texts.privacy.notice;

export class NoticeOfZone {
  notice = $state.raw<ZoneNotice>();
  /** Why there is none, in words. */
  fault = $state('');
  #zone = '';

  /** Fetches it, unless it is this zone's already; empty for none. */
  async show(zone: string): Promise<void> {
    if (zone === this.#zone && !this.fault) return;
    this.#zone = zone;
    this.notice = undefined;
    this.fault = '';
    if (!zone) return;
    try {
      const { notice } = await ask(routes.zones.notice, { params: { zone } });
      if (zone === this.#zone) this.notice = notice;
    } catch (error) {
      if (zone === this.#zone) this.fault = messageOf(error);
    }
  }
}

/** What each part is called, in the order in which the law names them (GDPR art. 13 (1)). */
export const noticeParts = (
  ['controller', 'contact', 'purpose', 'legal_basis', 'retention'] as const
).map((part): [keyof ZoneNotice, string] => [part, text.parts[part]]);

/** The parts that nobody has written yet. */
export function missingParts(notice: ZoneNotice): string[] {
  return noticeParts.filter(([part]) => notice[part] === '').map(([, name]) => name.toLowerCase());
}
