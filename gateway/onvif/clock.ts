/** The camera's time of day, by which it judges what is signed (GetSystemDateAndTime). */
import { find, numberAt, type XmlElement } from './xml.ts';

export const askTime = '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>';

/** Half of a second that is not said. */
const half = 500;

/** @returns ms since the epoch; undefined where it says none that exists */
export function timeOf(answer: XmlElement): number | undefined {
  const said = find(answer, 'SystemDateAndTime');
  const date = find(said, 'UTCDateTime') ?? find(said, 'LocalDateTime');
  const read = (...names: string[]): number => numberAt(date, ...names) ?? NaN;
  const time = Date.UTC(
    ...([read('Date', 'Year'), read('Date', 'Month') - 1, read('Date', 'Day')] as const),
    ...([read('Time', 'Hour'), read('Time', 'Minute'), read('Time', 'Second')] as const),
  );
  return Number.isNaN(time) ? undefined : time + half;
}
