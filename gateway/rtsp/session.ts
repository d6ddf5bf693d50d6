/** A session with a camera: what it has is described, set up, played, kept alive and ended (RFC 2326 §10). */
import type { CameraSigns } from '../video/picture.ts';
import type { Authentication } from './authentication.ts';
import type { Connection } from './connection.ts';
import { asBase, playUrls, setupUrls } from './control.ts';
import { deadlines } from './deadlines.ts';
import type { Answer } from './message.ts';
import { parseDescription, type Description, type MediaDescription } from './sdp.ts';
import { SourceTrouble } from './trouble.ts';
import { parseTransport, transportFor, type Way } from './transport.ts';

/** The camera sends us to another address. */
export class Redirected extends Error {
  readonly location: string | undefined;

  constructor(location: string | undefined) {
    super('redirected');
    this.location = location;
  }
}

/** How long a session lives unless the camera says so (RFC 2326 §12.37), s. */
const usualTimeout = 60;
const longestId = 256;
const longestSign = 200;

export class RtspSession {
  readonly #connection: Connection;
  readonly #authentication: Authentication;
  readonly #url: string;
  #bases: string[];
  #control: string | undefined;
  #isSetUp = false;
  #id: string | undefined;
  #timeout = usualTimeout;
  #keepsBy: 'GET_PARAMETER' | 'OPTIONS' = 'OPTIONS';
  #played: string;
  #timer: NodeJS.Timeout | undefined;
  #signs: CameraSigns = {};

  /** @param url without name and password */
  constructor(connection: Connection, authentication: Authentication, url: string) {
    this.#connection = connection;
    this.#authentication = authentication;
    this.#url = url;
    this.#bases = [url];
    this.#played = url;
  }

  /** What the camera has said of itself; known once it has described what it has. */
  get signs(): CameraSigns {
    return this.#signs;
  }

  /** @throws SourceTrouble, Redirected */
  async describe(): Promise<Description> {
    const options = await this.#ask('OPTIONS', this.#url);
    if (/\bGET_PARAMETER\b/.test(options.headers.all('Public').join())) {
      this.#keepsBy = 'GET_PARAMETER';
    }
    const answer = await this.#ask('DESCRIBE', this.#url, { Accept: 'application/sdp' });
    if (answer.status !== 200) throw refusal(answer);
    const description = parseDescription(answer.body.toString());
    const said = ['Content-Base', 'Content-Location'].flatMap(
      (name) => asBase(answer.headers.get(name), this.#url) ?? [],
    );
    this.#bases = [...said, this.#url];
    this.#control = description.control;
    this.#signs = {
      certificate: this.#connection.certificate,
      realm: sign(this.#authentication.realm),
      server: sign(answer.headers.get('Server')),
      session: sign(description.name),
    };
    return description;
  }

  /**
   * @param clientPort the first of two UDP ports; undefined for the connection itself
   * @param channel the first of two on the connection, as they are asked for
   * @returns undefined where the camera does not send this way
   * @throws SourceTrouble
   */
  async setUp(
    media: MediaDescription,
    clientPort: number | undefined,
    channel: number,
  ): Promise<Way | undefined> {
    const headers = { Transport: transportFor(clientPort, channel) };
    const answer = await this.#askOneOf('SETUP', setupUrls(media.control, this.#bases), headers);
    if (answer.status === 461) return undefined;
    if (answer.status !== 200) throw refusal(answer);
    this.#isSetUp = true;
    this.#remember(answer.headers.get('Session'));
    return parseTransport(
      answer.headers.get('Transport'),
      clientPort === undefined ? 'tcp' : 'udp',
      channel,
    );
  }

  /** @throws SourceTrouble */
  async play(): Promise<void> {
    const urls = playUrls(this.#control, this.#bases);
    let answer = await this.#askOneOf('PLAY', urls, { Range: 'npt=0.000-' });
    // What is live has no beginning.
    if (answer.status === 457) answer = await this.#askOneOf('PLAY', urls, {});
    if (answer.status !== 200) throw refusal(answer);
    this.#remember(answer.headers.get('Session'));
  }

  /** @param lost the camera has forgotten the session */
  keepAlive(lost: (trouble: SourceTrouble) => void): void {
    const interval = Math.max(500, Math.min(this.#timeout * 400, 25_000));
    this.#timer = setTimeout(() => {
      this.#sayAlive().then(
        () => this.keepAlive(lost),
        (error: unknown) => {
          if (error instanceof SourceTrouble && !this.#connection.isClosed) lost(error);
        },
      );
    }, interval);
  }

  /** Ends it at the camera, and closes the connection; never fails. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isSetUp && !this.#connection.isClosed) {
      const timer = setTimeout(() => this.#connection.close(), deadlines.teardown);
      // Whatever it answers, this end is done with it.
      await this.#ask('TEARDOWN', this.#played).catch(() => undefined);
      clearTimeout(timer);
    }
    this.#connection.close();
  }

  async #sayAlive(): Promise<void> {
    const answer = await this.#ask(this.#keepsBy, this.#played).catch((error: unknown) => {
      if (this.#connection.isClosed || !(error instanceof SourceTrouble)) throw error;
      if (error.code === 'wrong-password') throw error;
      return undefined; // Whether pictures come shows whether it lives.
    });
    if (answer?.status === 454) throw new SourceTrouble('closed', told(answer));
    if (answer?.status === 200 || this.#keepsBy === 'OPTIONS') return;
    // Some cameras name a method that they do not know.
    this.#keepsBy = 'OPTIONS';
    if (!this.#connection.isClosed) await this.#sayAlive();
  }

  /** Tries one address after another while the camera does not know them. */
  async #askOneOf(
    method: string,
    urls: readonly string[],
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    let first: Answer | undefined;
    for (const url of urls) {
      const answer = await this.#ask(method, url, headers);
      if (answer.status === 200) {
        if (method === 'PLAY') this.#played = url;
        return answer;
      }
      if (!isUnknownAddress(answer.status)) return answer;
      first ??= answer;
    }
    if (!first) throw new SourceTrouble('wrong-path', 'it says no address for the stream');
    return first;
  }

  async #ask(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    for (let refused = 0; ;) {
      const authorization = this.#authentication.header(method, url);
      const answer = await this.#connection.ask(method, url, {
        ...headers,
        Session: this.#id,
        Authorization: authorization,
      });
      if (answer.status >= 300 && answer.status < 400) {
        throw new Redirected(answer.headers.get('Location'));
      }
      if (answer.status !== 401) {
        if (authorization !== undefined && answer.status === 200) this.#authentication.accepted();
        return answer;
      }
      if (authorization !== undefined) refused += 1;
      this.#authentication.refused(answer.headers.all('WWW-Authenticate'), refused);
    }
  }

  #remember(said: string | undefined): void {
    const [id, ...parameters] = (said ?? '').split(';').map((part) => part.trim());
    if (id === undefined || id === '' || id.length > longestId) return;
    this.#id = id;
    const timeout = /^timeout\s*=\s*"?(\d{1,6})/i;
    const seconds = parameters
      .map((part) => Number(timeout.exec(part)?.[1]))
      .find((one) => one > 0);
    if (seconds !== undefined) this.#timeout = seconds;
  }
}

/** As much of it as is worth keeping. */
function sign(said: string | undefined): string | undefined {
  return said?.slice(0, longestSign);
}

/** What cameras answer where an address is another one than they expect. */
function isUnknownAddress(status: number): boolean {
  return [400, 404, 451, 454, 455, 459, 460].includes(status);
}

function refusal(answer: Answer): SourceTrouble {
  const { status } = answer;
  if (status === 403) return new SourceTrouble('wrong-password', told(answer));
  if ([429, 453, 486, 503].includes(status)) return new SourceTrouble('no-session', told(answer));
  if (status === 454) return new SourceTrouble('closed', told(answer));
  if (status === 461) return new SourceTrouble('not-rtsp', told(answer));
  return new SourceTrouble('wrong-path', told(answer));
}

function told({ status, reason }: Answer): string {
  return `${status} ${reason}`.trim();
}
