/**
 * Takes a connection's bytes apart: answers, requests, and media between them (RFC 2326 §10.12). Media is handed on as
 * views of what was received; only what a chunk breaks off is copied.
 */
import { bodyLength, parseHead, type Answer, type Asked } from './message.ts';
import { SourceTrouble } from './trouble.ts';

export interface ReaderEvents {
  answer(answer: Answer): void;
  asked(asked: Asked): void;
  media(channel: number, data: Buffer): void;
}

const dollar = 0x24;
const longestHead = 16 * 1024;
/** What makes no sense between two answers is skipped, as long as it is no more than this; bytes. */
const mostGarbage = 64 * 1024;
const answerBegin = Buffer.from('RTSP/');
/** What a camera may ask. */
const requestBegins = [
  ...['OPTIONS ', 'ANNOUNCE ', 'REDIRECT ', 'GET_PARAMETER ', 'SET_PARAMETER ', 'TEARDOWN '],
  ...['PAUSE ', 'PLAY ', 'PLAY_NOTIFY '],
].map((text) => Buffer.from(text));

export class Reader {
  readonly #events: ReaderEvents;
  /** What a chunk broke off, and how much of it is needed to go on. */
  #pieces: Buffer[] = [];
  #held = 0;
  #needed = 1;
  #garbage = 0;
  #hasAnswered = false;
  /** Frames have gone wrong: the next has to look like one. */
  #isLost = false;

  constructor(events: ReaderEvents) {
    this.#events = events;
  }

  /** @throws SourceTrouble where it is no RTSP */
  read(chunk: Buffer): void {
    let data = chunk;
    if (this.#held > 0) {
      this.#pieces.push(chunk);
      this.#held += chunk.length;
      if (this.#held < this.#needed) return;
      data = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#held = 0;
    }
    let at = 0;
    while (at < data.length) {
      const used = this.#readOne(data, at);
      if (used === 0) break;
      at += used;
    }
    if (at === data.length) return;
    this.#pieces.push(data.subarray(at));
    this.#held = data.length - at;
  }

  /** @returns bytes that it has used; 0 where `#needed` of them have to be there */
  #readOne(data: Buffer, at: number): number {
    const left = data.length - at;
    const first = data[at];
    if (first === dollar && this.#hasAnswered) {
      // A version 2 packet has to follow where it was not clear where frames begin.
      if (left < (this.#isLost ? 5 : 4)) return this.#wait(5);
      if (this.#isLost && (data[at + 4] ?? 0) >> 6 !== 2) return this.#skip(data, at);
      const length = 4 + data.readUInt16BE(at + 2);
      if (left < length) return this.#wait(length);
      this.#isLost = false;
      this.#events.media(data[at + 1] ?? 0, data.subarray(at + 4, at + length));
      return length;
    }
    if (first === 0x0d || first === 0x0a) return 1;
    const begins = looksLike(data, at, left);
    if (begins === 'perhaps') return this.#wait(left + 1);
    if (begins === 'no') return this.#skip(data, at);
    return this.#readMessage(data, at, left);
  }

  #readMessage(data: Buffer, at: number, left: number): number {
    const end = headEnd(data, at);
    if (end < 0 || end - at > longestHead) {
      if (left > longestHead || end >= 0) {
        throw new SourceTrouble('not-rtsp', 'an answer whose headers do not end');
      }
      return this.#wait(left + 1);
    }
    const head = parseHead(data.toString('utf8', at, end));
    const begin = data[end] === 0x0d ? end + 4 : end + 2;
    const length = begin - at + bodyLength(head.headers);
    if (left < length) return this.#wait(length);
    this.#isLost = false;
    if ('method' in head) this.#events.asked(head);
    else {
      this.#hasAnswered = true;
      this.#garbage = 0;
      this.#events.answer({ ...head, body: data.subarray(begin, at + length) });
    }
    return length;
  }

  #wait(needed: number): 0 {
    this.#needed = needed;
    return 0;
  }

  /** Goes on at what may be a frame or an answer. */
  #skip(data: Buffer, at: number): number {
    if (!this.#hasAnswered) {
      const said = data.toString('latin1', at, at + 40).replaceAll(/[^ -~]+/g, '…');
      throw new SourceTrouble('not-rtsp', `it says "${said}"`);
    }
    this.#isLost = true;
    let next = at + 1;
    while (next < data.length && data[next] !== dollar && data[next] !== answerBegin[0]) next += 1;
    this.#garbage += next - at;
    if (this.#garbage > mostGarbage) {
      throw new SourceTrouble('not-rtsp', 'what it sends makes no sense');
    }
    return next - at;
  }
}

function looksLike(data: Buffer, at: number, left: number): 'yes' | 'no' | 'perhaps' {
  let perhaps = false;
  for (const begin of [answerBegin, ...requestBegins]) {
    const length = Math.min(left, begin.length);
    if (data.compare(begin, 0, length, at, at + length) !== 0) continue;
    if (length === begin.length) return 'yes';
    perhaps = true;
  }
  return perhaps ? 'perhaps' : 'no';
}

/** Where the empty line after the headers is; some cameras end lines without a carriage return. */
function headEnd(data: Buffer, at: number): number {
  const usual = data.indexOf('\r\n\r\n', at);
  const bare = data.indexOf('\n\n', at);
  if (usual < 0 || bare < 0) return Math.max(usual, bare);
  return Math.min(usual, bare);
}
