/** H.264 as payloads of RTP (RFC 6184, packetization-mode 1): alone, aggregated (STAP-A), or in fragments (FU-A). */

const stapA = 24;
const fuA = 28;
/** What says nothing that a picture's slices say: these come before them, and are small. */
const small = new Set([6, 7, 8]); // SEI, SPS, PPS

/**
 * @param units of one picture, without start codes
 * @param most bytes of a payload
 * @param make gives the packet for a payload of this length, and where in it that begins; the last of a picture is
 *   marked
 */
export function packetise(
  units: readonly Buffer[],
  most: number,
  make: (length: number, isLast: boolean) => { readonly packet: Buffer; readonly at: number },
): void {
  const whole = units.filter(({ length }) => length > 0);
  for (let index = 0; index < whole.length;) {
    const count = aggregated(whole, index, most);
    const isLast = index + count === whole.length;
    const unit = whole[index]!;
    if (count > 1) {
      aggregate(whole.slice(index, index + count), (length) => make(length, isLast));
    } else if (unit.length <= most) {
      const { packet, at } = make(unit.length, isLast);
      unit.copy(packet, at);
    } else {
      fragment(unit, most, (length, ends) => make(length, ends && isLast));
    }
    index += count;
  }
}

/** How many units from this one on go into one payload. */
function aggregated(units: readonly Buffer[], from: number, most: number): number {
  let length = 1;
  let count = 0;
  for (const unit of units.slice(from)) {
    length += 2 + unit.length;
    if (!small.has((unit[0] ?? 0) & 0x1f) || length > most) break;
    count += 1;
  }
  return Math.max(1, count);
}

/** RFC 6184 §5.7.1. */
function aggregate(
  units: readonly Buffer[],
  make: (length: number) => { readonly packet: Buffer; readonly at: number },
): void {
  const { packet, at } = make(units.reduce((sum, { length }) => sum + 2 + length, 1));
  const forbidden = units.reduce((sum, [head = 0]) => sum | (head & 0x80), 0);
  const importance = units.reduce((most, [head = 0]) => Math.max(most, head & 0x60), 0);
  packet[at] = forbidden | importance | stapA;
  let next = at + 1;
  for (const unit of units) {
    next = packet.writeUInt16BE(unit.length, next);
    next += unit.copy(packet, next);
  }
}

/** RFC 6184 §5.8: as many fragments as are needed, of one size. */
function fragment(
  unit: Buffer,
  most: number,
  make: (length: number, isLast: boolean) => { readonly packet: Buffer; readonly at: number },
): void {
  const head = unit[0] ?? 0;
  const count = Math.ceil((unit.length - 1) / (most - 2));
  const size = Math.ceil((unit.length - 1) / count);
  for (let from = 1; from < unit.length; from += size) {
    const to = Math.min(unit.length, from + size);
    const ends = to === unit.length;
    const { packet, at } = make(2 + to - from, ends);
    packet[at] = (head & 0xe0) | fuA;
    packet[at + 1] = (from === 1 ? 0x80 : 0) | (ends ? 0x40 : 0) | (head & 0x1f);
    unit.copy(packet, at + 2, from, to);
  }
}
