/** A client of the sockets' transport that sends what no library would. */
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';

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

/** By WebSocket: it is let in, and then what it sends is anybody's guess. */
export function rawWebSocket(
  url: string,
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const target = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(target, { headers });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before it was let in')));
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('0')) socket.send(greeting());
      if (text.startsWith('40')) resolve(socket);
    });
  });
}
