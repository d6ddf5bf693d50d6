/**
 * Cameras and operators of a city in a process of their own, of which `Crew` lets do what it asks: they speak the real
 * protocol over real sockets, and send and receive no media. One line of JSON for each question, and for each answer.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { io, type Socket } from 'socket.io-client';
import type { ClientEventName, Request, Response } from '../../../server/contract/events.ts';
import { dtlsParameters, rtpCapabilities, rtpParameters, tile } from '../../support/client.ts';
import { persist } from '../../support/peers/persist.ts';
import { inHandfuls } from '../load/handfuls.ts';
import type { Heard, Questions } from './crew.ts';

const longest = 30_000; // ms
const atOnce = 10;
/** Zones in the list of an operator's page. */
const listed = 50;

interface FilmedZone {
  readonly socket: Socket;
  readonly zone: string;
  readonly transportId: string;
  changes: number;
}

const heard: Heard = { messages: 0, bytes: 0 };
const cameras = new Map<string, FilmedZone>();
const sockets: Socket[] = [];
/** Why sockets were lost, each reason once. */
const losses = new Set<string>();
const changing = new Map<string, NodeJS.Timeout>();
let failures = 0;

/** @param list what the page's list shows */
async function connect(
  url: string,
  list: { from?: string | undefined; count: number },
): Promise<Socket> {
  const session = randomBytes(24).toString('base64url');
  const socket = io(url, { auth: { session, list }, transports: ['websocket'], forceNew: true });
  sockets.push(socket);
  socket.on('disconnect', (reason) => losses.add(reason));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  socket.io.engine.on('data', (data: string) => {
    heard.messages += 1;
    heard.bytes += data.length;
  });
  return socket;
}

async function ask<E extends ClientEventName>(
  socket: Socket,
  event: E,
  request: Request<E>,
): Promise<Response<E>> {
  const answer = (await socket.timeout(longest).emitWithAck(event, request)) as
    ({ ok: true } & Response<E>) | { ok: false; error: { code: string; message: string } };
  if (!answer.ok) throw new Error(`${event}: ${answer.error.code}: ${answer.error.message}`);
  return answer;
}

async function film(url: string, zone: string): Promise<void> {
  const socket = await connect(url, { count: 0 });
  // As consoles do, while the audit is written for many at once.
  await persist(
    () => publish(socket, zone),
    () => true,
  );
}

async function publish(socket: Socket, zone: string): Promise<void> {
  const { transport } = await ask(socket, 'claim', { zone, label: 'gate' });
  const transportId = transport?.id ?? '';
  const capture = { width: 1280, height: 720, frameRate: 30 };
  const track = { kind: 'video', rtpParameters, capture } as const;
  await ask(socket, 'publish', { transportId, dtlsParameters, ...track });
  cameras.set(zone, { socket, zone, transportId, changes: 0 });
}

async function watch(url: string, zones: readonly string[]): Promise<void> {
  const socket = await connect(url, { from: zones[0], count: listed });
  const resume = (consumers: readonly { id: string }[]): void => {
    if (consumers.length === 0) return;
    const consumerIds = consumers.map(({ id }) => id);
    ask(socket, 'consumer:resume', { consumerIds }).catch(() => (failures += 1));
  };
  socket.on('producer:live', ({ consumers }: { consumers: { id: string }[] }) => resume(consumers));
  await persist(
    async () => resume(await join(socket, zones)),
    () => true,
  );
}

/** @returns what there is to see at once */
async function join(
  socket: Socket,
  zones: readonly string[],
): Promise<Response<'watch'>['consumers']> {
  const tiles = zones.map((zone) => ({ ...tile(zone), width: 640, height: 360 }));
  const { transport, consumers } = await ask(socket, 'watch', { tiles, rtpCapabilities });
  await ask(socket, 'transport:connect', { transportId: transport?.id ?? '', dtlsParameters });
  return consumers;
}

/** A camera is called something else: all who may see its zone are told. */
function change(camera: FilmedZone): void {
  const { socket, zone, transportId } = camera;
  camera.changes += 1;
  const label = `gate ${camera.changes}`;
  ask(socket, 'claim', { zone, label, transportId }).catch(() => (failures += 1));
}

const answers: { [Q in keyof Questions]: (about: Questions[Q]) => Promise<unknown> } = {
  async film({ url, zones }) {
    const rest = [...zones];
    await inHandfuls(zones.length, () => film(url, rest.pop() ?? ''), atOnce);
  },
  async watch({ url, windows }) {
    const rest = [...windows];
    await inHandfuls(windows.length, () => watch(url, rest.pop() ?? []), atOnce);
  },
  async change({ which, perSecond, zones }) {
    clearInterval(changing.get(which));
    const turn = zones.flatMap((zone) => cameras.get(zone) ?? []);
    if (perSecond === 0 || turn.length === 0) return;
    const begun = performance.now();
    let done = 0;
    const changeWhatIsDue = (): void => {
      const due = ((performance.now() - begun) / 1000) * perSecond;
      for (; done < due; done += 1) {
        const next = turn[done % turn.length];
        if (next) change(next);
      }
    };
    changing.set(which, setInterval(changeWhatIsDue, 10));
  },
  async count() {
    const lost = sockets.filter(({ connected }) => !connected).length;
    if (failures + lost > 0) throw new Error(`${failures} requests failed, ${lost} sockets lost`);
    return heard;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { name, about } = JSON.parse(line) as { name: keyof Questions; about: never };
  try {
    console.log(JSON.stringify({ answer: (await answers[name](about)) ?? null }));
  } catch (error) {
    const why = losses.size > 0 ? `, since sockets were lost (${[...losses].join(', ')})` : '';
    console.log(JSON.stringify({ error: `${String(error)}${why}` }));
  }
}
process.exit(0);
