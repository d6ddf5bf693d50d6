/**
 * What the gateway says of itself and its cameras, and hears of the console: the namespace `/gateway` of its one
 * connection.
 */
import type { Logger } from 'pino';
import { messageOf } from '../server/contract/errors.ts';
import {
  gatewayEvents,
  gatewayRequests,
  laterFields,
  type GatewayAnswer,
  type GatewayRequest,
  type GatewayRequestName,
  type CameraTest,
  type GatewayName,
  type SiteCamera,
  type SiteCameraReport,
} from '../server/contract/gateway.ts';

/** The part of a socket of socket.io that it uses. */
export interface ConsoleSocket {
  readonly connected: boolean;
  /** It comes back by itself. */
  readonly active: boolean;
  connect(): unknown;
  disconnect(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
  timeout(ms: number): { emitWithAck(event: string, request: unknown): Promise<unknown> };
}

export interface Find {
  discover(): Promise<GatewayAnswer<'discover'>>;
  facts(request: GatewayRequest<'facts'>): Promise<GatewayAnswer<'facts'>>;
  encoder(request: GatewayRequest<'encoder'>): Promise<GatewayAnswer<'encoder'>>;
}

export interface ConsoleParts {
  readonly name: GatewayName;
  readonly version: string;
  readonly reports: () => SiteCameraReport[];
  /** These are set in the console from now on. */
  readonly set: (cameras: SiteCamera[]) => void;
  readonly test: (camera: SiteCamera) => Promise<CameraTest>;
  /** What is found out of cameras by ONVIF. */
  readonly find: Find;
  readonly log: Logger;
}

/** ms */
const times = { answer: 8000, betweenReports: 1000, atLeast: 60_000, again: 5000, closed: 500 };

type Answer = { ok: true } | { ok: false; error: { code: string; message: string } };

export class Console {
  readonly #socket: ConsoleSocket;
  readonly #parts: ConsoleParts;
  #greeted = false;
  /** What was said last of all cameras; nothing is said twice. */
  #told = '';
  #reporting: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #refusal = '';
  /** So that the server goes on knowing how far its clock is off. */
  readonly #minute = setInterval(() => {
    this.#told = '';
    this.changed();
  }, times.atLeast);

  constructor(socket: ConsoleSocket, parts: ConsoleParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('connect', () => void this.#greet());
    socket.on('disconnect', (reason: string) => this.#lost(reason));
    socket.on('connect_error', ({ message }: Error) => this.#refused(message));
    for (const name of Object.keys(gatewayRequests) as GatewayRequestName[]) {
      socket.on(
        name,
        (request: unknown, answer: unknown) => void this.#asked(name, request, answer),
      );
    }
  }

  /** The server knows it and is told of its cameras. */
  get connected(): boolean {
    return this.#socket.connected && this.#greeted;
  }

  /** Why the server does not let it in, in the server's words; undefined while it does, or does not answer at all. */
  get refusal(): string | undefined {
    return this.connected || this.#refusal === '' ? undefined : this.#refusal;
  }

  /** Something of the reports has changed. */
  changed(): void {
    this.#reporting ??= setTimeout(() => {
      this.#reporting = undefined;
      void this.#report();
    }, times.betweenReports);
  }

  close(): void {
    this.#socket.disconnect();
    clearInterval(this.#minute);
    clearTimeout(this.#reporting);
    clearTimeout(this.#again);
  }

  async #greet(): Promise<void> {
    clearTimeout(this.#again);
    const { name, version, set, log } = this.#parts;
    try {
      const answer = await this.#ask('hello', {
        ...{ name, version, time: Date.now(), understands: laterFields },
      });
      const { cameras } = gatewayEvents.hello.response.parse(answer);
      this.#greeted = true;
      this.#told = '';
      this.#refusal = '';
      log.info({ server: 'connected', cameras: cameras.length }, 'the server knows this gateway');
      set(cameras);
      this.changed();
    } catch (error) {
      this.#refused(messageOf(error));
      if (this.#socket.connected) this.#again = setTimeout(() => void this.#greet(), times.again);
    }
  }

  #lost(reason: string): void {
    if (this.#greeted) this.#parts.log.warn({ reason }, 'the server is away');
    this.#greeted = false;
    this.#comeBack(times.closed);
  }

  /** What the server has closed or refused is opened again by nobody else. */
  #comeBack(wait: number): void {
    if (this.#socket.active) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#socket.connect(), wait);
  }

  /** Said once for each reason. */
  #refused(reason: string): void {
    this.#comeBack(times.again);
    if (reason === this.#refusal) return;
    this.#refusal = reason;
    this.#parts.log.warn({ reason }, 'the server cannot be spoken to, or refuses this gateway');
  }

  async #report(): Promise<void> {
    if (!this.connected) return;
    const cameras = this.#parts.reports();
    const text = JSON.stringify(cameras);
    if (text === this.#told) return;
    this.#told = text;
    try {
      await this.#ask('report', { cameras, time: Date.now() });
    } catch (error) {
      this.#told = '';
      this.#parts.log.debug({ err: error }, 'a report did not reach the server');
      this.changed();
    }
  }

  /** @throws Error with what the server says where it refuses */
  async #ask(event: string, request: unknown): Promise<unknown> {
    const answer = (await this.#socket.timeout(times.answer).emitWithAck(event, request)) as Answer;
    if (answer.ok) return answer;
    throw new Error(`${answer.error.code}: ${answer.error.message}`);
  }

  /** What the server asks; what does not fit the contract is not answered. */
  async #asked(name: GatewayRequestName, request: unknown, answer: unknown): Promise<void> {
    if (typeof answer !== 'function') return;
    const { log } = this.#parts;
    const parsed = gatewayRequests[name].request.safeParse(request);
    if (!parsed.success) {
      log.warn({ event: name }, 'the server asks for something that this gateway does not know');
      return;
    }
    const reply = answer as (answer: unknown) => void;
    try {
      reply(await this.#answerTo(name, parsed.data));
    } catch (error) {
      log.error({ err: error, event: name }, 'what the server has asked for has failed');
      const trouble = { code: 'internal', detail: messageOf(error).slice(0, 300) };
      reply({ ...(name === 'test' ? { streams: [] } : { profiles: [] }), trouble });
    }
  }

  #answerTo(name: GatewayRequestName, request: unknown): Promise<object> {
    const { set, test, find } = this.#parts;
    switch (name) {
      case 'cameras':
        set((request as GatewayRequest<'cameras'>).cameras);
        return Promise.resolve({});
      case 'test':
        return test((request as GatewayRequest<'test'>).camera);
      case 'discover':
        return find.discover();
      case 'facts':
        return find.facts(request as GatewayRequest<'facts'>);
      case 'encoder':
        return find.encoder(request as GatewayRequest<'encoder'>);
    }
  }
}
