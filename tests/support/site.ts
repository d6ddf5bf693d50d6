/** A gateway's connection without a gateway: namespaces over one socket, in which anything can be said. */
import { randomBytes } from 'node:crypto';
import { Manager, type ManagerOptions } from 'socket.io-client';
import { cameraNamespace } from '../../server/contract/gateway.ts';
import { Client, withoutPage } from './client.ts';

export class Site {
  readonly manager: Manager;

  constructor(
    url: string,
    headers: Record<string, string> = {},
    options: Partial<ManagerOptions> = {},
  ) {
    this.manager = new Manager(url, {
      ...withoutPage,
      extraHeaders: headers,
      ...options,
    });
  }

  /** Opens a namespace, whatever its name. */
  space(namespace: string, auth: object = {}): Client {
    return new Client(this.manager.socket(namespace, { auth }));
  }

  camera(name: string, session = randomBytes(24).toString('base64url')): Client {
    return this.space(cameraNamespace(name), { session });
  }

  /** Its connection is lost. */
  cut(): void {
    this.manager.engine.close();
  }
}

/** A key as a program sends it. */
export const bearer = (secret: string): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
});
