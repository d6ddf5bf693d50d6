/** Keys that were made for many zones at once, as a file that hands them over: their secrets are told this once. */
import { enrolmentPath, type NewKey } from '../../../../server/contract/api.ts';
import { texts } from '../../text/texts.ts';
import { linkOf } from '../link.ts';

const { zone, key, link, until, header } = texts.fleetFile.columns;
const { authorization } = texts.fleetFile;

/** As a table of texts, with the columns' names first; times as ISO 8601 in UTC. */
export function sheetOfKeys(made: readonly NewKey[], origin?: string): string[][] {
  return [
    [zone, key, link, until, header],
    ...made.map(({ key: { zones, name }, secret, enrolment }) => [
      ...[zones, name, linkOf(enrolmentPath(enrolment.token), origin).address],
      ...[new Date(enrolment.expiresAt).toISOString(), authorization(secret)],
    ]),
  ];
}
