/**
 * A camera that speaks ONVIF, written from the specification (Core 23.06, Media 1 and 2): each of its services is a file, and every
 * answer can be bent by a test.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { at, parseXml, type XmlElement } from './xml.ts';
import { Doorkeeper, type DoorkeeperSettings } from './doorkeeper.ts';
import { Fault, faultXml } from './fault.ts';

/** Answers operations of one namespace: what stands within `…Response`. */
export interface DeviceService {
  /** Where it is, below the device. */
  readonly path: string;
  readonly namespace: string;
  /** @throws Fault */
  readonly operations: Readonly<
    Record<string, (asked: XmlElement, envelope: XmlElement) => string | Promise<string>>
  >;
}

/** In place of the usual answer: XML, bytes, another status, silence, or a connection that is cut. */
export type Bent = { status?: number; body: string | Buffer } | 'hang' | 'cut' | undefined;

export interface OnvifDeviceSettings extends DoorkeeperSettings {
  readonly services: readonly DeviceService[];
  /** What it says of its services' addresses; its own unless said. */
  readonly says?: (own: string) => string;
  /** Before 2012 there was no `GetServices`. */
  readonly isOld?: boolean;
  readonly host?: string;
  readonly port?: number;
  bend?(operation: string, usual: string): Bent | Promise<Bent>;
}

export interface Heard {
  readonly operation: string;
  readonly path: string;
  /** ms of `performance.now()` */
  readonly at: number;
  readonly asked: XmlElement;
}

const deviceNamespace = 'http://www.onvif.org/ver10/device/wsdl';

export async function startOnvifDevice(settings: OnvifDeviceSettings): Promise<OnvifDevice> {
  const device = new OnvifDevice(settings);
  await device.listen();
  return device;
}

export class OnvifDevice {
  /** All that was asked and let in. */
  readonly heard: Heard[] = [];
  readonly doorkeeper: Doorkeeper;
  readonly #settings: OnvifDeviceSettings;
  readonly #server: Server;

  constructor(settings: OnvifDeviceSettings) {
    this.#settings = settings;
    this.doorkeeper = new Doorkeeper(settings);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<void> {
    const { host = '127.0.0.1', port = 0 } = this.#settings;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Of its device service. */
  get url(): string {
    return `${this.#own}/onvif/device_service`;
  }

  asked(operation: string): Heard[] {
    return this.heard.filter((one) => one.operation === operation);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get #own(): string {
    return `http://${this.#settings.host ?? '127.0.0.1'}:${this.port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    let operation = '';
    let status = 200;
    let body: string;
    try {
      const envelope = parseXml(Buffer.concat(chunks).toString());
      const asked = at(envelope, 'Body')?.children[0];
      if (!asked) throw new Fault('Sender', 'WellFormed', 'nothing is asked');
      operation = asked.name;
      const challenge = this.doorkeeper.check(request, envelope, operation);
      if (challenge !== undefined) {
        response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
        return;
      }
      this.heard.push({ operation, path: request.url ?? '', at: performance.now(), asked });
      body = await this.#answer(request.url ?? '', asked, envelope);
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault('Receiver', '', String(error));
      status = fault.code === 'Sender' ? 400 : 500;
      body = faultXml(fault);
    }
    const bent = await this.#settings.bend?.(operation, body);
    if (bent === 'hang') return;
    if (bent === 'cut') return void request.socket.destroy();
    response.writeHead(bent?.status ?? status, { 'Content-Type': 'application/soap+xml' });
    response.end(bent?.body ?? body);
  }

  async #answer(path: string, asked: XmlElement, envelope: XmlElement): Promise<string> {
    const { services } = this.#settings;
    const isDevice = path === '/onvif/device_service';
    const service = services.find((one) => path.split('?')[0] === one.path);
    const operation = isDevice ? this.#ofDevice()[asked.name] : service?.operations[asked.name];
    if (!operation) throw new Fault('Receiver', 'ActionNotSupported', `no ${asked.name} here`);
    const namespace = isDevice ? deviceNamespace : (service?.namespace ?? '');
    return (
      '<?xml version="1.0" encoding="UTF-8"?>' +
      '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" ' +
      'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsa="http://www.w3.org/2005/08/addressing" ' +
      'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics" ' +
      `xmlns:r="${namespace}"><SOAP-ENV:Body>` +
      `<r:${asked.name}Response>${await operation(asked, envelope)}</r:${asked.name}Response>` +
      '</SOAP-ENV:Body></SOAP-ENV:Envelope>'
    );
  }

  #ofDevice(): DeviceService['operations'] {
    const { services, says = (own) => own, isOld = false } = this.#settings;
    const addressOf = ({ path }: Pick<DeviceService, 'path'>): string => says(this.#own) + path;
    const of = (part: string): string => {
      const service = services.find(({ namespace }) => namespace.includes(`/${part}/`));
      return service ? `<tt:XAddr>${addressOf(service)}</tt:XAddr>` : '';
    };
    return {
      GetSystemDateAndTime: () => {
        const now = new Date(this.doorkeeper.now);
        return (
          '<r:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>' +
          `<tt:UTCDateTime><tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute>` +
          `<tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year>` +
          `<tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></r:SystemDateAndTime>`
        );
      },
      GetDeviceInformation: () =>
        '<r:Manufacturer>Maker</r:Manufacturer><r:Model>Turret 4K</r:Model>' +
        '<r:FirmwareVersion>1.2</r:FirmwareVersion><r:SerialNumber>A1</r:SerialNumber><r:HardwareId>7</r:HardwareId>',
      ...(isOld
        ? {}
        : {
            GetServices: () =>
              services
                .map(
                  (service) =>
                    `<r:Service><r:Namespace>${service.namespace}</r:Namespace><r:XAddr>${addressOf(service)}</r:XAddr>` +
                    '<r:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></r:Version></r:Service>',
                )
                .join(''),
          }),
      GetCapabilities: () =>
        `<r:Capabilities><tt:Device>${of('device')}</tt:Device><tt:Media>${of('media')}</tt:Media>` +
        (of('ptz') && `<tt:PTZ>${of('ptz')}</tt:PTZ>`) +
        (of('events') && `<tt:Events>${of('events')}</tt:Events>`) +
        '</r:Capabilities>',
    };
  }
}
