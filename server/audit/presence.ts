/**
 * The server's own presence in the store: its start and its stop are on record, and what a crash cut off is
 * recorded by the server that notices it. Several servers may share the store, so each writes a sign of life now
 * and then.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Logger } from 'pino';
import { AuditEntry } from '../contract/audit.ts';
import type { RunRecord } from '../store/run-repository.ts';
import type { Records, Store } from '../store/store.ts';
import { append } from './append.ts';
import { timeOfDay } from '../time.ts';

/** Time between two signs of life, ms; shorter while the store cannot be used, to notice its return. */
const beat = { usual: 5000, inTrouble: 1000 };
/** A server that gave no sign of life for this time has ended, ms. */
const goneAfter = 60_000;
/** Ends that are recorded in one transaction. */
const atOnce = 500;

const service = { kind: 'service', id: 'service', name: 'service' } as const;

export class Presence {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #started = timeOfDay();
  readonly #id: string;
  readonly #place = { machine: machineOf(), process: processOf(process.pid) ?? '' };
  #beats = 0;
  /** Other servers: their number of signs of life, and since when that has not changed. */
  readonly #others = new Map<string, { beats: number; since: number }>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();

  private constructor(store: Store, id: string, log: Logger) {
    this.#store = store;
    this.#id = id;
    this.#log = log;
  }

  /** Records the end of what a crash cut off, and the start. @param id the audit's `run` */
  static async begin(store: Store, id: string, log: Logger): Promise<Presence> {
    const presence = new Presence(store, id, log);
    const before = await store.runs.list();
    const first = (await store.audit.head()).number === 0;
    const crashed = await presence.#noticeEnds(before);
    const after = crashed > 0 ? 'crash' : first ? 'nothing' : 'stop';
    const others = before.length - crashed;
    await store.transaction(async (records) => {
      await records.runs.beat(presence.#record);
      await tell(records, 'started', { after, ...(others > 0 ? { others } : {}) });
    });
    presence.#schedule();
    return presence;
  }

  /** Records the stop. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#beating;
    await this.#store.transaction(async (records) => {
      if (await records.runs.remove(this.#id)) await tell(records, 'stopped', {});
    });
  }

  get #record(): RunRecord {
    return {
      id: this.#id,
      ...this.#place,
      startedAt: this.#started,
      seenAt: timeOfDay(),
      beats: this.#beats,
    };
  }

  #schedule(): void {
    const pause = this.#store.trouble ? beat.inTrouble : beat.usual;
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat().then(() => this.#schedule());
    }, pause).unref();
  }

  async #beat(): Promise<void> {
    this.#beats += 1;
    try {
      await this.#store.runs.beat(this.#record);
      await this.#noticeEnds(await this.#store.runs.list());
    } catch (error) {
      this.#others.clear(); // The other servers could not report either: start watching them again.
      // The store's health reports what is wrong with it, once.
      this.#log.debug({ err: error }, 'the store was not told that this server lives');
    }
  }

  /** @returns how many servers have crashed */
  async #noticeEnds(runs: readonly RunRecord[]): Promise<number> {
    let count = 0;
    for (const run of runs) {
      if (run.id === this.#id || !this.#hasEnded(run)) continue;
      if (await tellCrash(this.#store, run)) count += 1;
      this.#log.warn({ run: run.id }, 'a server on this store had ended without a word');
    }
    return count;
  }

  #hasEnded({ id, machine, process, beats }: RunRecord): boolean {
    const here = this.#place.machine;
    if (machine !== '' && machine === here) return processOf(Number.parseInt(process)) !== process;
    const [boot, hereBoot] = [machine, here].map((name) => name.split(' ')[0]);
    // A file has one machine, which has been restarted since.
    if (this.#store.local && boot !== '' && hereBoot !== '' && boot !== hereBoot) return true;
    // Its clock may differ from this one, so what counts is for how long it has not changed.
    const now = performance.now();
    const seen = this.#others.get(id);
    if (seen?.beats !== beats) this.#others.set(id, { beats, since: now });
    return seen?.beats === beats && now - seen.since > goneAfter;
  }
}

/** Records the end of what went on through a server that crashed. @returns false when another server has done it */
async function tellCrash(store: Store, run: RunRecord): Promise<boolean> {
  const to = run.seenAt;
  for (;;) {
    const outcome = await store.transaction(async (records) => {
      const open = await records.runs.openOf(run.id, atOnce);
      const items = open.map(({ part, beganAt, entry }) => {
        const from = new Date(beganAt).toISOString();
        const until = new Date(Math.max(beganAt, to)).toISOString();
        const detail = { from, to: until, reason: 'crash' };
        const began = AuditEntry.parse(JSON.parse(entry));
        return { entry: { ...began, action: 'ended', detail }, at: timeOfDay(), closes: part };
      });
      if (items.length > 0) {
        await append(records, items, run.id);
        return 'more';
      }
      if (!(await records.runs.remove(run.id))) return 'told';
      const [started, lastSeen] = [run.startedAt, to].map((time) => new Date(time).toISOString());
      await tell(records, 'crashed', { started, lastSeen });
      return 'done';
    });
    if (outcome !== 'more') return outcome === 'done';
  }
}

function tell(records: Records, action: string, detail: Record<string, unknown>): Promise<void> {
  const entry = { kind: 'service', action, actor: service, address: '', detail } as const;
  return append(records, [{ entry, at: timeOfDay() }]);
}

/** Where process ids mean the same: one boot of one machine, one container. */
function machineOf(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return ''; // Without Linux' /proc every other server is judged by its beats.
  }
}

/** A process by its id and by when it began, which nothing that comes later shares (proc(5), field 22). */
function processOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, state = '', ...fields] = stat.slice(stat.lastIndexOf(')')).split(' ');
    return 'ZX'.includes(state) ? undefined : `${pid} ${fields[18]}`;
  } catch {
    return undefined;
  }
}
