/**
 * One camera's ONVIF device: where its services are, how far its clock is off, and one way to ask any of them. What each
 * service is asked stands in a file of its own (`media.ts` …), by `call`.
 */
import { PasswordBudget, type PasswordShare } from '../camera/password-budget.ts';
import type { Networks } from '../rtsp/networks.ts';
import type { TrustSettings } from '../rtsp/trust.ts';
import { askTime, timeOf } from './clock.ts';
import { ask, deadline, type Answered } from './http.ts';
import { ownAddress, type OwnAddress } from './own-address.ts';
import {
  askCapabilities,
  askServices,
  servicesOf,
  servicesOfCapabilities,
  type ServiceName,
  type Services,
} from './services.ts';
import { SignIn } from './sign-in.ts';
import { envelope, readAnswer } from './soap.ts';
import { OnvifTrouble, onvifTroubleOf } from './trouble.ts';
import type { XmlElement } from './xml.ts';

export interface DeviceSettings {
  /** Of the device service: `http://HOST/onvif/device_service`. */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly networks: Networks;
  readonly trust?: TrustSettings | undefined;
  /** Shared with all that signs in at this camera. */
  readonly budget?: PasswordShare | undefined;
  /** Told when it is known how far its clock is off. */
  readonly clockKnown?: (() => void) | undefined;
}

export interface CallOptions {
  /** All of it, ms. */
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
  /** In place of the service's own address: of a subscription, as `own` has checked it. */
  readonly at?: string | undefined;
  /** Further headers of SOAP, XML; the prefix `s` is SOAP's own. */
  readonly header?: string | undefined;
}

/** The clock is looked at again after so long, ms. */
const clockAge = 3_600_000;
/** A clock that has moved by more explains a refusal, ms. */
const moved = 2000;

export class OnvifDevice {
  readonly #settings: DeviceSettings;
  readonly #url: URL;
  readonly #signIn: SignIn;
  #services: Promise<Services> | undefined;
  #other: string | undefined;
  #clock: { readonly offset: number; readonly at: number } | undefined;

  constructor(settings: DeviceSettings) {
    const { url, user, password, budget = new PasswordBudget().share() } = settings;
    this.#settings = settings;
    this.#url = new URL(url);
    const login = user === undefined ? undefined : { user, password: password ?? '' };
    this.#signIn = new SignIn(login, budget);
  }

  /** How far the camera's clock is ahead of this machine's, ms; undefined while that is not known. */
  get clockOffset(): number | undefined {
    return this.#clock && Math.round(this.#clock.offset);
  }

  /** Another host than its own that the camera named for itself, which is not used. */
  get otherAddress(): string | undefined {
    return this.#other;
  }

  /** Whether the camera has it. @throws OnvifTrouble */
  async has(service: ServiceName): Promise<boolean> {
    return (await this.#known()).urls.has(service);
  }

  /** An address that the camera has named, as its own. @throws OnvifTrouble `not-onvif` where it is no such one */
  own(said: string, schemes: Parameters<typeof ownAddress>[2] = ['http:', 'https:']): OwnAddress {
    const address = ownAddress(this.#url, said, schemes);
    this.#other ??= address.other;
    return address;
  }

  /**
   * Asks a service, signed in.
   * @param body what is asked, XML with its namespace
   * @returns the answer's element
   * @throws OnvifTrouble; `not-supported` where the camera has no such service
   */
  async call(
    service: ServiceName,
    body: string,
    { within = deadline, ...options }: CallOptions = {},
  ): Promise<XmlElement> {
    const until = performance.now() + within;
    const known = await this.#known(until);
    const url = options.at ?? known.urls.get(service);
    if (url === undefined) throw new OnvifTrouble('not-supported', `it has no service ${service}`);
    return this.#signIn.try(() => this.#signed(url, body, until, options), until);
  }

  async #signed(
    url: string,
    body: string,
    until: number,
    { signal, header = '' }: CallOptions,
  ): Promise<XmlElement> {
    let tries = 0;
    for (let at = 0; ; at += 1) {
      const before = await this.#time(until);
      const token = this.#signIn.token(Date.now() + before);
      const authorization = this.#signIn.authorization('POST', pathOf(url));
      const answered = await this.#post(url, envelope(body, token + header), {
        ...{ until, signal, authorization },
      });
      if (answered.status === 401 && answered.challenges.length > 0) {
        if (authorization !== undefined) tries += 1;
        this.#signIn.challenged(answered.challenges, tries);
        continue;
      }
      try {
        return answerOf(answered);
      } catch (error) {
        const isRefused = onvifTroubleOf(error).code === 'wrong-password';
        if (!isRefused || token === '' || at > 0 || !(await this.#hasMoved(before, until)))
          throw error;
      }
    }
  }

  /** The camera's time against ours, ms; asked without a name, as nothing can be signed before it is known. */
  async #time(until: number): Promise<number> {
    const age = performance.now() - (this.#clock?.at ?? -Infinity);
    if (this.#clock && age < clockAge) return this.#clock.offset;
    const sent = Date.now();
    const answered = await this.#post(this.#url.href, envelope(askTime), { until });
    const middle = (sent + Date.now()) / 2;
    const time = timeIn(answered);
    const offset = time === undefined ? 0 : time - middle;
    this.#clock = { offset, at: performance.now() };
    this.#settings.clockKnown?.();
    return offset;
  }

  /** Looks at the camera's clock again. @returns whether it is another one than before */
  async #hasMoved(before: number, until: number): Promise<boolean> {
    this.#clock = undefined;
    return Math.abs((await this.#time(until)) - before) > moved;
  }

  #known(until = performance.now() + deadline): Promise<Services> {
    const known = (this.#services ??= this.#find(until));
    known.catch(() => {
      if (this.#services === known) this.#services = undefined;
    });
    return known;
  }

  /** Most cameras tell it to everybody; so a wrong name and password are not tried here. */
  async #find(until: number): Promise<Services> {
    await this.#time(until);
    const services =
      (await this.#ask(askServices, servicesOf, until)) ??
      (await this.#ask(askCapabilities, servicesOfCapabilities, until));
    if (!services) throw new OnvifTrouble('not-onvif', 'it does not say which services it has');
    this.#other ??= services.other;
    return services;
  }

  async #ask(
    body: string,
    read: (own: URL, answer: XmlElement) => Services,
    until: number,
  ): Promise<Services | undefined> {
    const url = this.#url.href;
    try {
      const open = await this.#post(url, envelope(body), { until }).then(answerOf);
      return read(this.#url, open);
    } catch (error) {
      const { code } = onvifTroubleOf(error);
      if (code === 'refused' || code === 'not-supported') return undefined;
      if (code !== 'wrong-password') throw error;
    }
    try {
      const closed = await this.#signIn.try(() => this.#signed(url, body, until, {}), until);
      return read(this.#url, closed);
    } catch (error) {
      const { code } = onvifTroubleOf(error);
      if (code === 'refused' || code === 'not-supported') return undefined;
      throw error;
    }
  }

  #post(
    url: string,
    body: string,
    how: { until: number; signal?: AbortSignal | undefined; authorization?: string | undefined },
  ): Promise<Answered> {
    const { until, signal, authorization } = how;
    const headers = { 'content-type': 'application/soap+xml; charset=utf-8', authorization };
    return ask({ url, headers, body, within: left(until), signal }, this.#settings);
  }
}

function left(until: number): number {
  return Math.max(1, Math.round(until - performance.now()));
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** @throws OnvifTrouble */
function answerOf({ status, body }: Answered): XmlElement {
  if (status === 401 || status === 403) {
    throw new OnvifTrouble('wrong-password', `name or password are refused (${status})`);
  }
  // Faults come with 400 and 500.
  if (![200, 400, 500].includes(status)) {
    throw new OnvifTrouble('not-onvif', `it answers ${status}`);
  }
  return readAnswer(body.toString('utf8'));
}

function timeIn(answered: Answered): number | undefined {
  const said = Date.parse(answered.date ?? '');
  const elsewhere = Number.isNaN(said) ? undefined : said;
  try {
    return timeOf(answerOf(answered)) ?? elsewhere;
  } catch (error) {
    const { code } = onvifTroubleOf(error);
    // Some keep it from strangers, though ONVIF says otherwise.
    if (code === 'not-onvif') throw error;
    return elsewhere;
  }
}
