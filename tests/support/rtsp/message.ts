/** What clients ask a camera, and what it answers (RFC 2326). */

export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface RtspAnswer {
  status: number;
  reason: string;
  headers: [name: string, value: string][];
  body: string;
}

export function writeAnswer({ status, reason, headers, body }: RtspAnswer): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.from(`RTSP/1.0 ${status} ${reason}\r\n${lines}${length}\r\n${body}`);
}

/** Takes a client's bytes apart into requests and interleaved data. */
export class RequestReader {
  #rest = Buffer.alloc(0);

  read(
    chunk: Buffer,
    on: { request(request: RtspRequest): void; data(channel: number, data: Buffer): void },
  ): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (this.#rest[0] === 0x24) {
        if (this.#rest.length < 4) return;
        const end = 4 + this.#rest.readUInt16BE(2);
        if (this.#rest.length < end) return;
        const frame = this.#rest.subarray(0, end);
        this.#rest = this.#rest.subarray(end);
        on.data(frame[1] ?? 0, frame.subarray(4));
        continue;
      }
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [first = '', ...lines] = this.#rest.subarray(0, end).toString().split('\r\n');
      const headers = new Map(
        lines.map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
        }),
      );
      this.#rest = this.#rest.subarray(end + 4 + Number(headers.get('content-length') ?? 0));
      const [method = '', url = ''] = first.split(' ');
      if (!method.startsWith('RTSP/')) on.request({ method, url, headers });
    }
  }
}
