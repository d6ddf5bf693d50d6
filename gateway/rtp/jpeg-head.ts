/**
 * The head of a JPEG that is left out of RTP (RFC 2435, appendix B): everything of it follows from a few numbers, and
 * Huffman tables are always those of the standard (ITU-T T.81 annex K.3).
 */
export interface JpegFrame {
  /** px */
  readonly width: number;
  readonly height: number;
  readonly sampling: '4:2:2' | '4:2:0';
  /** Blocks between two restart markers; 0 for none. */
  readonly interval: number;
  /** Of 64 values of one byte, or of two; the first for brightness, the next for colour. */
  readonly tables: readonly Buffer[];
  /** Parts of the head that came along; they are taken instead of those that follow from the numbers. */
  readonly own?: OwnHead | undefined;
}

/** Segments with their markers. */
export interface OwnHead {
  /** px; undefined where the size is not among them */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /** Its pictures are coded as RTP knows them, in one pass. */
  readonly isBaseline: boolean;
  readonly frame: readonly Buffer[];
  readonly quantisation: readonly Buffer[];
  readonly huffman: readonly Buffer[];
}

/**
 * Reads segments without the mark at the beginning, as a header extension of RTP holds them (ONVIF Streaming
 * Specification §5.1.3, its JPEG header extension).
 * @returns undefined where they make no sense
 */
export function readOwnHead(bytes: Buffer): OwnHead | undefined {
  const own = { isBaseline: true, frame: [] as Buffer[], quantisation: [] as Buffer[], huffman: [] as Buffer[] }; // prettier-ignore
  let size: OwnHead['size'];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const kind = bytes[at + 1] ?? 0xff;
    // Filling, and the mark of the beginning, which some leave in.
    if (kind === 0xff || kind === marker.start) {
      at += kind === 0xff ? 1 : 2;
      continue;
    }
    if (at + 4 > bytes.length) return undefined;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) return undefined;
    const whole = Buffer.from(bytes.subarray(at, end));
    if (kind === marker.quantisation) own.quantisation.push(whole);
    else if (kind === marker.huffman) own.huffman.push(whole);
    else if (kind >= marker.frame && kind <= lastFrame) {
      if (whole.length < 19) return undefined; // Three components, as RTP knows them.
      size = { height: whole.readUInt16BE(5), width: whole.readUInt16BE(7) };
      own.isBaseline = kind <= marker.frame + 1 && whole[4] === 8;
      own.frame = [whole];
    }
    at = end;
  }
  return { ...own, size };
}

export function jpegHead({ own, ...frame }: JpegFrame): Buffer {
  const made = headOf(frame);
  const or = (
    others: readonly Buffer[] | undefined,
    usual: readonly Buffer[],
  ): readonly Buffer[] => (others && others.length > 0 ? others : usual);
  return Buffer.concat([
    Buffer.from([0xff, marker.start]),
    ...or(own?.quantisation, made.quantisation),
    ...made.restart,
    ...or(own?.frame, made.frame),
    ...or(own?.huffman, made.huffman),
    scanOf(own?.frame[0]),
  ]);
}

type Heads = Readonly<Record<'quantisation' | 'restart' | 'frame' | 'huffman', Buffer[]>>;

function headOf({ width, height, sampling, interval, tables }: JpegFrame): Heads {
  const colour = tables.length > 1 ? 1 : 0;
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  const brightness = sampling === '4:2:2' ? 0x21 : 0x22;
  const components = [1, brightness, 0, 2, 0x11, colour, 3, 0x11, colour];
  const restart = Buffer.alloc(2);
  restart.writeUInt16BE(interval);
  return {
    quantisation: tables.map((table, index) =>
      segment(marker.quantisation, Buffer.from([(table.length > 64 ? 0x10 : 0) | index]), table),
    ),
    restart: interval > 0 ? [segment(marker.restart, restart)] : [],
    frame: [segment(marker.frame, Buffer.from([8]), size, Buffer.from([3, ...components]))],
    huffman: huffman.map(({ number, lengths, symbols }) =>
      segment(marker.huffman, Buffer.from([number, ...lengths]), symbols),
    ),
  };
}

/** @param frame whose components may have numbers of their own */
function scanOf(frame: Buffer | undefined): Buffer {
  const [one = 1, two = 2, three = 3] = frame ? [frame[10], frame[13], frame[16]] : [];
  return segment(marker.scan, Buffer.from([3, one, 0x00, two, 0x11, three, 0x11, 0, 63, 0]));
}

/** The mark at the end, where the last part has not brought it along. */
export function jpegEnd(parts: readonly Buffer[]): Buffer[] {
  const end = Buffer.from([0xff, marker.end]);
  return parts.at(-1)?.subarray(-2).equals(end) ? [] : [end];
}

/** Tables by the number that stands for them (§4.2). @returns undefined for numbers that are reserved */
export function scaledTables(q: number): Buffer[] | undefined {
  if (q < 1 || q > 99) return undefined;
  const factor = q < 50 ? Math.floor(5000 / q) : 200 - 2 * q;
  return [luminance, chrominance].map((table) =>
    Buffer.from(
      table.map((value) => Math.min(255, Math.max(1, Math.floor((value * factor + 50) / 100)))),
    ),
  );
}

const marker = {
  frame: 0xc0,
  huffman: 0xc4,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantisation: 0xdb,
  restart: 0xdd,
} as const;

/** Of how pictures are coded (ITU-T T.81 table B.1); tables of Huffman are among the numbers. */
const lastFrame = 0xcf;

function segment(kind: number, ...content: Buffer[]): Buffer {
  const head = Buffer.from([0xff, kind, 0, 0]);
  head.writeUInt16BE(
    content.reduce((sum, { length }) => sum + length, 2),
    2,
  );
  return Buffer.concat([head, ...content]);
}

/** In the order of a zigzag, as they stand in a JPEG. */
// prettier-ignore
const luminance = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
  26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
  56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
  95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];
// prettier-ignore
const chrominance = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99,
  ...Array.from({ length: 48 }, () => 99),
];

const values = (...hex: string[]): Buffer => Buffer.from(hex.join(''), 'hex');
const directCurrent = Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const huffman = [
  {
    number: 0x00,
    lengths: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
    symbols: directCurrent,
  },
  {
    number: 0x10,
    lengths: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
    symbols: values(
      '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a16',
      '1718191a25262728292a3435363738393a434445464748494a535455565758595a63646566676869',
      '6a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6',
      'b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8',
      'f9fa',
    ),
  },
  {
    number: 0x01,
    lengths: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
    symbols: directCurrent,
  },
  {
    number: 0x11,
    lengths: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
    symbols: values(
      '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434',
      'e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768',
      '696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4',
      'b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8',
      'f9fa',
    ),
  },
];
