/**
 * Programs that do the same work on one machine take turns, second by second: what else the machine does
 * then meets all of them alike, and the ratios of one round hold where figures of two runs do not.
 */
import { pause } from '../measure/cpu.ts';

export interface Contender {
  /** Works for a moment, and rests again. */
  turn(): Promise<Turn>;
  /** Closing twice is harmless. */
  close(): void | Promise<void>;
}

export interface Turn {
  /** µs of CPU per packet sent */
  readonly perPacket: number;
  /** Share of the packets sent, 0 … 1 */
  readonly loss: number;
}

/** What has come to the viewers of a contender so far, and what its program has used for it. */
export interface Totals {
  /** ms */
  readonly cpu: number;
  readonly packets: number;
  readonly lost: number;
}

interface Feed {
  start(): void;
  stop(): void;
}

/** Until the load is even, after the key frame that a feed begins with; ms. */
const settling = 700;
const measuring = 1000; // ms
/** Until all that was sent has arrived, ms. */
const emptying = 150;

/**
 * One turn of a server that forwards a feed.
 * @param pids its processes, which stand still between turns and take nothing from those of others
 * @throws Error when nothing came: that is no measurement, and would turn up as a figure without a value
 */
export async function forward(feed: Feed, totals: () => Totals, pids: number[]): Promise<Turn> {
  goOn(pids);
  feed.start();
  try {
    await pause(settling);
    const before = totals();
    await pause(measuring);
    const after = totals();
    const lost = after.lost - before.lost;
    const sent = after.packets - before.packets + lost;
    if (sent <= 0) throw new Error('nothing came in a turn: the server or its load has given up');
    return { perPacket: ((after.cpu - before.cpu) * 1000) / sent, loss: lost / sent };
  } finally {
    feed.stop();
    await pause(emptying);
    standStill(pids);
  }
}

export function standStill(pids: number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
}

export function goOn(pids: number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGCONT');
}

/**
 * @param starting what is about to take part; all that starts is closed in the end, whatever fails
 * @param onRound told the number of each round, from 1
 * @returns the turns of each contender, by round
 */
export async function takeTurns<Name extends string>(
  starting: Record<Name, Promise<Contender>>,
  rounds: number,
  onRound: (round: number) => void,
): Promise<Record<Name, Turn[]>> {
  const names = Object.keys(starting) as Name[];
  const turns = Object.fromEntries(names.map((name) => [name, [] as Turn[]])) as Record<
    Name,
    Turn[]
  >;
  try {
    await Promise.all(Object.values(starting));
    for (let round = 1; round <= rounds; round += 1) {
      onRound(round);
      for (const name of names) turns[name].push(await (await starting[name]).turn());
    }
    return turns;
  } finally {
    for (const outcome of await Promise.allSettled(Object.values<Promise<Contender>>(starting))) {
      if (outcome.status === 'fulfilled') await outcome.value.close();
    }
  }
}

/** µs of CPU per packet, by round */
export function costs(turns: Turn[]): number[] {
  return turns.map(({ perPacket }) => perPacket);
}

/** What one needed of what another did in the same round. */
export function ratios(ours: number[], theirs: number[]): number[] {
  return ours.map((value, round) => value / (theirs[round] ?? NaN));
}
