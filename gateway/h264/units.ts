/** Kinds of NAL units (ITU-T H.264 table 7-1). */
export const unitType = {
  slice: 1,
  partitionA: 2,
  partitionC: 4,
  keySlice: 5,
  supplement: 6,
  sequenceSet: 7,
  pictureSet: 8,
  delimiter: 9,
} as const;

export function typeOf(unit: Buffer): number {
  return (unit[0] ?? 0) & 0x1f;
}

/**
 * Takes apart what some cameras send as one unit: several of them, with start codes as in a file (annex B). Only what
 * begins with a start code, or as what comes before slices, is looked through.
 */
export function splitUnits(unit: Buffer): readonly Buffer[] {
  const type = typeOf(unit);
  if (unit[0] !== 0 && (type < unitType.supplement || type > unitType.delimiter)) return [unit];
  const units: Buffer[] = [];
  let begin = unit[0] === 0 ? -1 : 0;
  for (let at = unit.indexOf(startCode); ; at = unit.indexOf(startCode, at + 3)) {
    let end = at < 0 ? unit.length : at;
    while (end > begin && unit[end - 1] === 0) end -= 1;
    if (begin >= 0 && end > begin) units.push(unit.subarray(begin, end));
    if (at < 0) return units;
    begin = at + 3;
  }
}
const startCode = Buffer.from([0, 0, 1]);
