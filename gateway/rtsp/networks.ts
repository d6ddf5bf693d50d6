/** Which addresses the gateway may reach: those of its file, however they are written. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { deadlines } from './deadlines.ts';
import { SourceTrouble } from './trouble.ts';

interface Network {
  readonly list: BlockList;
  /** The first that was written of it. */
  readonly base: string;
  /** Lies within addresses that are not reached unless they are named. */
  readonly isSpecial: boolean;
}

/** This machine, its links, and addresses that are nobody's: named by themselves, or not reached. */
const special = blockList([
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8'],
]);

export class Networks {
  readonly #networks: readonly Network[];

  /**
   * @param texts `10.0.0.0/8`, `fd00::/8`, or one address
   * @throws Error that names what is no network
   */
  constructor(texts: readonly string[]) {
    this.#networks = texts.map((text) => {
      const list = blockList([text]);
      const [base = ''] = text.split('/');
      return { list, base, isSpecial: contains(special, base) && isNarrow(text) };
    });
  }

  reaches(address: string): boolean {
    const plain = withoutDisguise(address);
    if (plain === undefined) return false;
    const isSpecial = contains(special, plain);
    return this.#networks.some(
      (network) => contains(network.list, plain) && (!isSpecial || network.isSpecial),
    );
  }

  /** Whether this machine's network of that address has to do with them: the address lies in one, or one lies in it. */
  meets(cidr: string): boolean {
    const [address = ''] = cidr.split('/');
    if (this.reaches(address)) return true;
    if (contains(special, address)) return false;
    const around = blockList([cidr]);
    return this.#networks.some(({ base }) => contains(around, base));
  }

  /**
   * Resolves a name once; what is connected to has to be one of these.
   * @param host as in a URL, with or without brackets
   * @returns addresses that may be reached
   * @throws SourceTrouble
   */
  async resolve(host: string): Promise<string[]> {
    const name = host.replace(/^\[|\]$/g, '');
    const found = isIP(name) ? [name] : await addressesOf(name);
    const allowed = found.filter((address) => this.reaches(address));
    if (allowed.length > 0) return allowed;
    throw new SourceTrouble('wrong-network', found.slice(0, 4).join(', '));
  }
}

async function addressesOf(name: string): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new SourceTrouble('unreachable', `nobody knows the name ${name}`)),
      deadlines.connect,
    );
  });
  try {
    const found = await Promise.race([lookup(name, { all: true, verbatim: true }), late]);
    return found.map(({ address }) => address);
  } catch (error) {
    if (error instanceof SourceTrouble) throw error;
    const code = (error as { code?: string }).code ?? String(error);
    throw new SourceTrouble('unreachable', `the name ${name} is not known (${code})`);
  } finally {
    clearTimeout(timer);
  }
}

function blockList(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', prefix, more] = text.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    const bits = Number(prefix ?? (family === 'ipv4' ? 32 : 128));
    const isRight = isIP(address) !== 0 && more === undefined && /^\d*$/.test(prefix ?? '');
    if (!isRight || prefix === '' || bits > (family === 'ipv4' ? 32 : 128)) {
      throw new Error(`"${text}" is no network: write 192.168.1.0/24, fd00::/8, or one address`);
    }
    list.addSubnet(address, bits, family);
  }
  return list;
}

/** No wider than the special network it lies in; those are /4 or narrower, IPv6's /8. */
function isNarrow(text: string): boolean {
  const [address = '', prefix] = text.split('/');
  if (prefix === undefined) return true;
  const bits = Number(prefix);
  if (isIPv6(address)) {
    const plain = address.toLowerCase();
    if (/^fe[89ab]/.test(plain)) return bits >= 10;
    return bits >= (plain.startsWith('ff') ? 8 : 128);
  }
  if (address.startsWith('169.254.')) return bits >= 16;
  return bits >= (/^(0|127)\./.test(address) ? 8 : 4);
}

function contains(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4');
  return isIPv6(address) && list.check(address, 'ipv6');
}

/**
 * The IPv4 address that an IPv6 one stands for: mapped, compatible (RFC 4291 §2.5.5), translated (RFC 6052, 2765), 6to4
 * (RFC 3056). What tunnels in other ways (Teredo) is nobody's camera.
 * @returns undefined for no address
 */
function withoutDisguise(address: string): string | undefined {
  const plain = address.replace(/%.*$/, '');
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return undefined;
  const words = wordsOf(plain);
  const embedded = (high = 0, low = 0): string =>
    [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const [first, second, third] = words;
  const zeros = (from: number, to: number): boolean =>
    words.slice(from, to).every((word) => word === 0);
  if (first === 0x2001 && second === 0) return undefined;
  if (first === 0x2002) return embedded(second, third);
  if (first === 0x64 && second === 0xff9b) return embedded(words[6], words[7]);
  const [last = 0] = words.slice(7);
  if (zeros(0, 6) && !(words[6] === 0 && last <= 1)) return embedded(words[6], words[7]);
  if (zeros(0, 5) && words[5] === 0xffff) return embedded(words[6], words[7]);
  if (zeros(0, 4) && words[4] === 0xffff && words[5] === 0) return embedded(words[6], words[7]);
  return plain;
}

/** The eight numbers of an IPv6 address. */
function wordsOf(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, head = '', ...bytes] = dotted ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  const text = dotted
    ? `${head}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    : address;
  const [before = '', after] = text.split('::');
  const numbers = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => parseInt(word, 16));
  if (after === undefined) return numbers(before);
  const [begin, end] = [numbers(before), numbers(after)];
  return [...begin, ...new Array<number>(8 - begin.length - end.length).fill(0), ...end];
}
