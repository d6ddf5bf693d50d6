/** What a camera says of its AAC: an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1), in hexadecimal. */

export interface AacConfig {
  readonly bytes: Buffer;
  /** Hz */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of each access unit, at that rate. */
  readonly samples: number;
}

const rates = [
  ...[96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000],
  ...[22_050, 16_000, 12_000, 11_025, 8000, 7350],
];
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];
const longest = 64; // bytes
/** Main, LC, SSR and LTP, and what spectral band replication or parametric stereo put around them. */
const kinds = { plain: [1, 2, 3, 4], extended: [5, 29] };

/** @returns undefined for what is none, or is of another kind */
export function parseAacConfig(hex: string | undefined): AacConfig | undefined {
  if (hex === undefined || hex.length > 2 * longest || !/^([0-9a-f]{2}){2,}$/i.test(hex)) return;
  const bytes = Buffer.from(hex, 'hex');
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const read = (count: number): number => {
    const value = parseInt(bits.slice(at, at + count), 2);
    at += count;
    return at <= bits.length ? value : NaN;
  };
  const readRate = (): number => {
    const index = read(4);
    return index === 15 ? read(24) : (rates[index] ?? NaN);
  };
  let kind = read(5);
  const sampleRate = readRate();
  const channels = channelCounts[read(4)] ?? 0;
  if (kinds.extended.includes(kind)) {
    readRate();
    kind = read(5);
  }
  const samples = read(1) === 1 ? 960 : 1024;
  const isUsable =
    kinds.plain.includes(kind) && channels > 0 && sampleRate >= 7350 && sampleRate <= 96_000;
  return isUsable && at <= bits.length ? { bytes, sampleRate, channels, samples } : undefined;
}
