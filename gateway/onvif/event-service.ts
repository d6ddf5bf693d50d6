/** A camera's event service, and the pull points that it gives (ONVIF Core §9.2; WS-BaseNotification for their lives). */
import type { OnvifDevice } from './device.ts';
import type { PullPoint, PullPoints } from './pull-point.ts';
import { namespaces } from './services.ts';
import { OnvifTrouble } from './trouble.ts';
import { escapeXml, find, textAt, type XmlElement } from './xml.ts';

const addressing = 'http://www.w3.org/2005/08/addressing';
const notification = 'http://docs.oasis-open.org/wsn/b-2';
const actions = {
  pull: `${namespaces.events}/PullPointSubscription/PullMessagesRequest`,
  synchronize: `${namespaces.events}/PullPointSubscription/SetSynchronizationPointRequest`,
  renew: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest',
  end: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest',
};
/** What a camera may want to see again in each header. */
const mostParameters = 4;
/** Beyond what the camera may wait for something to tell, ms. */
const answering = 5000;

export class EventService implements PullPoints {
  readonly #device: OnvifDevice;

  constructor(device: OnvifDevice) {
    this.#device = device;
  }

  async create(life: number): Promise<PullPoint> {
    const device = this.#device;
    const answer = await device.call(
      'events',
      `<CreatePullPointSubscription xmlns="${namespaces.events}"><InitialTerminationTime>${seconds(life)}</InitialTerminationTime></CreatePullPointSubscription>`,
    );
    const reference = find(answer, 'SubscriptionReference');
    const said = textAt(reference, 'Address');
    if (said === undefined) throw new OnvifTrouble('not-onvif', 'it names no pull point');
    const at = device.own(said).url;
    const parameters = parametersOf(reference);
    const closed = new AbortController();
    const ask = (
      action: keyof typeof actions,
      body: string,
      within?: number,
    ): Promise<XmlElement> => {
      const header =
        `<Action xmlns="${addressing}">${actions[action]}</Action>` +
        `<To xmlns="${addressing}">${escapeXml(said)}</To>${parameters}`;
      const signal = action === 'end' ? undefined : closed.signal;
      return device.call('events', body, { at, header, signal, ...(within && { within }) });
    };
    return {
      pull: (patience, most) =>
        ask(
          'pull',
          `<PullMessages xmlns="${namespaces.events}"><Timeout>${seconds(patience)}</Timeout><MessageLimit>${most}</MessageLimit></PullMessages>`,
          patience + answering,
        ),
      async renew(longer) {
        const time = `<TerminationTime>${seconds(longer)}</TerminationTime>`;
        await ask('renew', `<Renew xmlns="${notification}">${time}</Renew>`);
      },
      async synchronize() {
        await ask('synchronize', `<SetSynchronizationPoint xmlns="${namespaces.events}"/>`);
      },
      async end() {
        closed.abort();
        await ask('end', `<Unsubscribe xmlns="${notification}"/>`);
      },
    };
  }
}

/** ISO 8601 */
function seconds(ms: number): string {
  return `PT${Math.round(ms / 1000)}S`;
}

/** Cameras that serve all pull points at one address tell them apart by these (WS-Addressing §2.1). */
function parametersOf(reference: XmlElement | undefined): string {
  const told = find(reference, 'ReferenceParameters')?.children ?? [];
  return told
    .slice(0, mostParameters)
    .map(({ name, attributes, text }) => {
      const namespace = [...attributes.values()].find((value) => /^(https?|urn):/.test(value));
      const xmlns = namespace === undefined ? '' : ` xmlns="${escapeXml(namespace.slice(0, 200))}"`;
      return /^[A-Za-z_][\w.-]{0,63}$/.test(name)
        ? `<${name}${xmlns}>${escapeXml(text.slice(0, 500))}</${name}>`
        : '';
    })
    .join('');
}
