/** The way of a site's pictures to the server, which all its cameras share. */
import type { Socket } from 'socket.io-client';
import { Path } from './path.ts';
import { ServerLink } from './server-link.ts';
import type { ServerSettings } from './server-settings.ts';
import type { OpenUpload, Upload } from './upload.ts';
import type { LinkOptions } from './media-link.ts';
import { ZoneUpload } from './zone-upload.ts';

export interface UplinkSettings extends ServerSettings, LinkOptions {
  /** Most bytes of a UDP datagram's payload. */
  readonly mtu?: number | undefined;
}

const usualMtu = 1200;

export class Uplink {
  readonly #server: ServerLink;
  readonly #path = new Path();
  readonly #uploads = new Set<Upload>();
  readonly #settings: UplinkSettings;

  constructor(settings: UplinkSettings) {
    this.#settings = settings;
    this.#server = new ServerLink(settings);
  }

  /** The gateway's own part of the connection. */
  gateway(): Socket {
    return this.#server.gateway();
  }

  /** Begins to film a zone. */
  readonly open: OpenUpload = (settings, events) => {
    const { mtu = usualMtu, bindAddress, only, ca } = this.#settings;
    const upload = new ZoneUpload(this.#server, settings, events, {
      mtu,
      bindAddress,
      only,
      ca,
      path: this.#path,
    });
    this.#uploads.add(upload);
    return upload;
  };

  close(): void {
    for (const upload of this.#uploads) upload.close();
    this.#uploads.clear();
    this.#path.close();
    this.#server.close();
  }
}
