/**
 * Tells systemd how the service does, as `Type=notify` units do (sd_notify(3)): ready, stopping, and
 * alive for the watchdog. Node has no datagram sockets of the Unix kind, and packages that add them are
 * compiled at installation, which this project avoids; systemd's own program sends the messages instead,
 * one short process per message, a few times a minute.
 */
import { execFile } from 'node:child_process';
import type { Logger } from 'pino';

export class ServiceManager {
  readonly #log: Logger;
  readonly #present: boolean;
  readonly #watchdog: number;

  constructor(env: NodeJS.ProcessEnv, log: Logger) {
    this.#log = log;
    this.#present = Boolean(env.NOTIFY_SOCKET);
    this.#watchdog = Number(env.WATCHDOG_USEC ?? 0) / 1000; // ms
  }

  /** @param alive asked before each sign of life; a false one is withheld, and systemd restarts us */
  ready(alive: () => boolean): void {
    this.#tell('READY=1', 'STATUS=Serving');
    if (!this.#present || this.#watchdog === 0) return;
    setInterval(() => {
      if (alive()) this.#tell('WATCHDOG=1');
    }, this.#watchdog / 3).unref();
  }

  draining(): void {
    this.#tell('STATUS=Draining: takes no new sessions');
  }

  stopping(): void {
    this.#tell('STOPPING=1');
  }

  #tell(...assignments: string[]): void {
    if (!this.#present) return;
    execFile('systemd-notify', assignments, (error) => {
      if (error) this.#log.warn({ err: error }, 'systemd could not be told');
    });
  }
}
