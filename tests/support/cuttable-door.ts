/** A TCP relay in front of the server's page, whose connections can be cut while media goes on. */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

export class CuttableDoor {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #closed = false;
  #silent = false;

  private constructor(target: number) {
    this.#server = createServer((client) => {
      if (this.#closed) return void client.destroy();
      const onward = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [client, onward],
        [onward, client],
      ] as const) {
        this.#open.add(from);
        from.on('error', () => from.destroy()); // A cut is what this is for.
        from.on('close', () => {
          this.#open.delete(from);
          to.destroy();
        });
        from.on('data', (chunk) => this.#silent || to.write(chunk));
        from.on('end', () => this.#silent || to.end());
      }
    });
  }

  static async before(url: string): Promise<{ door: CuttableDoor; url: string }> {
    const target = new URL(url);
    const door = new CuttableDoor(Number(target.port));
    door.#server.listen(0, '127.0.0.1');
    await once(door.#server, 'listening');
    target.port = `${(door.#server.address() as AddressInfo).port}`;
    return { door, url: target.href.replace(/\/$/, '') };
  }

  /** Cuts every connection; new ones are refused until `mend`. */
  cut(): void {
    this.#closed = true;
    for (const socket of this.#open) socket.destroy();
  }

  /** Swallows what is said from now on, both ways, and cuts nothing. */
  silence(): void {
    this.#silent = true;
  }

  /** New connections get through again; silent ones, of which something is missing, are cut. */
  mend(): void {
    if (this.#silent) for (const socket of this.#open) socket.destroy();
    this.#silent = false;
    this.#closed = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
