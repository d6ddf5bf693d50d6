/** A client of the sockets' transport that sends what no library would. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';

const separator = '\x1e';
export const greeting = (): string => `40{"session":"${randomBytes(24).toString('base64url')}"}`;

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** By requests. */
export class RawPolling {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** @throws Error with the server's words when it is refused */
  static async open(url: string, headers: Record<string, string> = {}): Promise<RawPolling> {
    const base = `${url}/socket.io/?EIO=4&transport=polling`;
    const answer = await fetch(base, { headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    const { sid } = JSON.parse(text.slice(1)) as { sid: string };
    return new RawPolling(`${base}&sid=${sid}`, headers);
  }

  /** Says who it is, and reads that it is let in. */
  async join(): Promise<void> {
    await this.send([greeting()]);
    const text = await this.read();
    if (!text.includes('40{')) throw new Error(`not let in: ${text}`);
  }

  /** @returns status 0 when the connection was cut */
  async send(packets: readonly string[]): Promise<Reply> {
    const body = packets.join(separator);
    try {
      const answer = await fetch(this.#url, { method: 'POST', headers: this.#headers, body });
      return { status: answer.status, text: await answer.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }

  async read(): Promise<string> {
    return (await fetch(this.#url, { headers: this.#headers })).text();
  }
}

/** By WebSocket, over a connection on which anything can be written (RFC 6455 §5.2). */
export class RawWebSocket {
  readonly #connection: Duplex;
  readonly closed: Promise<void>;

  private constructor(connection: Duplex) {
    this.#connection = connection;
    this.closed = new Promise((resolve) => connection.once('close', () => resolve()));
    connection.on('error', () => {}); // It is cut in the middle of a flood.
  }

  /** @returns once it is let in; @throws Error with the status of a refusal */
  static async open(url: string, headers: Record<string, string> = {}): Promise<RawWebSocket> {
    const asked = request(`${url}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    asked.end();
    const connection = await new Promise<Duplex>((resolve, reject) => {
      asked.once('error', reject);
      asked.once('response', ({ statusCode }) => reject(new Error(`refused: ${statusCode}`)));
      asked.once('upgrade', (_answer, socket: Duplex) => resolve(socket));
    });
    const socket = new RawWebSocket(connection);
    const letIn = new Promise<void>((resolve) => {
      connection.on('data', (bytes: Buffer) => {
        if (bytes.includes('40{"sid"')) resolve();
      });
    });
    socket.pour([greeting()]);
    await Promise.race([
      letIn,
      socket.closed.then(() => Promise.reject(new Error('closed before it was let in'))),
    ]);
    return socket;
  }

  /** Writes all in one go, so that sending takes no time from measuring. */
  pour(packets: readonly string[]): void {
    this.#connection.write(Buffer.concat(packets.map(frame)));
  }

  end(): void {
    this.#connection.destroy();
  }
}

/** A text frame whose mask changes nothing. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const size = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  size[0] = 0x81;
  size[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (size.length === 4) size.writeUInt16BE(length, 2);
  if (size.length === 10) size.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([size, Buffer.alloc(4), payload]);
}
