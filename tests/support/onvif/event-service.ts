/** A device's events by pull points (ONVIF Core §9.2): each subscription lives for as long as its client says, and may be lost. */
import type { DeviceService } from './device.ts';
import { Fault } from './fault.ts';
import { at, escapeXml, numberAt, textAt, type XmlElement } from './xml.ts';

/** A property of the device: what of it is so, and by what. */
export interface DeviceProperty {
  /** Such as `tns1:VideoSource/MotionAlarm`. */
  readonly topic: string;
  /** Name and value. */
  readonly source: readonly [string, string];
  readonly data: readonly [string, string];
}

interface Subscription {
  readonly id: number;
  until: number;
  readonly waiting: string[];
  wake: () => void;
}

export class DeviceEvents {
  readonly service: DeviceService;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #properties = new Map<string, DeviceProperty>();
  readonly #own: () => string;
  #made = 0;

  /** @param own where it says that its subscriptions are: `http://HOST:PORT` */
  constructor(own: () => string) {
    this.#own = own;
    const path = '/onvif/events';
    const answering =
      (work: (of: Subscription, asked: XmlElement) => string | Promise<string>) =>
      (asked: XmlElement, envelope: XmlElement): string | Promise<string> =>
        work(this.#of(envelope), asked);
    this.service = {
      path,
      namespace: 'http://www.onvif.org/ver10/events/wsdl',
      operations: {
        CreatePullPointSubscription: (asked) => {
          this.#made += 1;
          const one = { id: this.#made, until: 0, waiting: [], wake: () => {} };
          this.#subscriptions.set(one.id, one);
          const address = `${this.#own()}${path}?subscription=${one.id}`;
          return (
            `<r:SubscriptionReference><wsa:Address>${escapeXml(address)}</wsa:Address></r:SubscriptionReference>` +
            times(this.#live(one, textAt(asked, 'InitialTerminationTime')))
          );
        },
        PullMessages: answering((one, asked) => this.#pull(one, asked)),
        Renew: answering((one, asked) => times(this.#live(one, textAt(asked, 'TerminationTime')))),
        SetSynchronizationPoint: answering((one) => {
          for (const property of this.#properties.values()) {
            one.waiting.push(message(property, 'Initialized'));
          }
          one.wake();
          return '';
        }),
        Unsubscribe: answering(({ id }) => {
          this.#subscriptions.delete(id);
          return '';
        }),
      },
    };
  }

  /** Subscriptions that live. */
  get subscriptions(): number {
    return [...this.#subscriptions.values()].filter(({ until }) => until > Date.now()).length;
  }

  /** Something has changed. */
  set(property: DeviceProperty): void {
    const { topic, source } = property;
    this.#properties.set(`${topic} ${source.join()}`, property);
    this.say(message(property, 'Changed'));
  }

  /** Tells something to all, whatever it is. */
  say(xml: string): void {
    for (const one of this.#subscriptions.values()) {
      one.waiting.push(xml);
      one.wake();
    }
  }

  /** Knows of no subscription any more, as after a restart. */
  lose(): void {
    const all = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    for (const { wake } of all) wake();
  }

  #of(envelope: XmlElement): Subscription {
    const to = textAt(at(envelope, 'Header'), 'To') ?? '';
    const one = this.#subscriptions.get(Number(/subscription=(\d+)$/.exec(to)?.[1]));
    if (!one || one.until < Date.now()) {
      throw new Fault('Sender', 'InvalidArgVal', 'there is no such subscription');
    }
    return one;
  }

  #live(one: Subscription, life = 'PT60S'): number {
    one.until = Date.now() + milliseconds(life);
    return one.until;
  }

  async #pull(one: Subscription, asked: XmlElement): Promise<string> {
    if (one.waiting.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds(textAt(asked, 'Timeout') ?? 'PT1S'));
        one.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (!this.#subscriptions.has(one.id)) throw new Fault('Sender', 'InvalidArgVal', 'it is lost');
    const messages = one.waiting.splice(0, numberAt(asked, 'MessageLimit') ?? 10);
    return times(one.until) + messages.join('');
  }
}

function message({ topic, source, data }: DeviceProperty, operation: string): string {
  const item = ([name, value]: readonly [string, string]): string =>
    `<tt:SimpleItem Name="${escapeXml(name)}" Value="${escapeXml(value)}"/>`;
  return (
    '<wsnt:NotificationMessage>' +
    `<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${escapeXml(topic)}</wsnt:Topic>` +
    `<wsnt:Message><tt:Message UtcTime="${new Date().toISOString()}" PropertyOperation="${operation}">` +
    `<tt:Source>${item(source)}</tt:Source><tt:Data>${item(data)}</tt:Data></tt:Message></wsnt:Message>` +
    '</wsnt:NotificationMessage>'
  );
}

function times(until: number): string {
  return (
    `<r:CurrentTime>${new Date().toISOString()}</r:CurrentTime>` +
    `<r:TerminationTime>${new Date(until).toISOString()}</r:TerminationTime>`
  );
}

/** Of `PT60S`. */
function milliseconds(duration: string): number {
  return Number(/^PT([\d.]+)S$/.exec(duration)?.[1] ?? 1) * 1000;
}
