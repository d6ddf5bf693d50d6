/** Benchmark `senders`: what sending takes at a gateway, as it is and as it might be. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import path from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { SenderProcess } from '../gateway/sender-process.ts';
import type { Way } from '../gateway/sender-program.ts';
import { compile } from '../load/compile.ts';
import { pause } from '../measure/cpu.ts';
import { median, spread } from '../measure/quantiles.ts';

const cameras = 8;
const turn = 3000; // ms
/** Until what runs often is compiled, ms. */
const warmUp = 8000;
const source = path.join(import.meta.dirname, '../gateway/batched-sender.c');
const headers = path.join(path.dirname(process.execPath), '../include/node');

const names: Record<Way, string> = {
  nothing: 'timers alone',
  packets: 'a call of libdatachannel for each packet, as the gateway has it',
  pictures: 'a call of libdatachannel for each picture',
  batches: 'a module of its own: a call for each picture, sendmmsg',
  segments: 'the same, cut up by the kernel (UDP_SEGMENT)',
};

async function run(bench: Bench): Promise<void> {
  const addon = await compile(source, { crypto: 'libssl-dev' }, [
    '-shared',
    '-fPIC',
    `-I${headers}`,
  ]);
  const sink = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  let datagrams = 0;
  sink.on('message', () => (datagrams += 1));
  sink.bind(0, '127.0.0.1');
  await once(sink, 'listening');
  const senders = new Map<Way, SenderProcess>();
  try {
    for (const way of Object.keys(names) as Way[]) {
      bench.progress(`begins: ${names[way]}`);
      senders.set(way, await SenderProcess.start(way, sink.address().port, addon.path));
    }
    const shares = new Map<Way, number[]>();
    const packets = new Map<Way, number[]>();
    const rounds = bench.full ? 12 : 3;
    for (let round = 0; round <= rounds; round += 1) {
      for (const [way, sender] of senders) {
        bench.progress(`${names[way]}, ${round} of ${rounds}`);
        const came = (): number => datagrams + sender.received;
        sender.goOn();
        await pause(round === 0 ? warmUp : 500);
        const before = { cpu: sender.cpu, at: performance.now(), came: came() };
        await pause(turn);
        const time = performance.now() - before.at;
        const share = (100 * (sender.cpu - before.cpu)) / time / cameras;
        const rate = ((came() - before.came) * 1000) / time / cameras;
        sender.rest();
        await pause(200);
        if (round === 0) continue;
        shares.set(way, [...(shares.get(way) ?? []), share]);
        packets.set(way, [...(packets.get(way) ?? []), rate]);
      }
    }
    const none = shares.get('nothing') ?? [];
    for (const [way, values] of shares) {
      const own = way === 'nothing' ? values : values.map((share, at) => share - (none[at] ?? 0));
      bench.figure({
        what: `${names[way]}, a camera`,
        ...spread(own),
        unit: '% of a core',
        how: `median of ${rounds} turns of ${turn / 1000} s; ${median(packets.get(way) ?? []).toFixed(0)} packets/s came${way === 'nothing' ? '' : '; without the timers'}`,
      });
    }
    bench.condition('pictures', `${cameras} × 1080p25 at 4 Mbit/s, from memory, in one process`);
  } finally {
    await Promise.all([...senders.values()].map((sender) => sender.close()));
    sink.close();
    addon.remove();
  }
}

export default {
  name: 'senders',
  question: 'What does sending take at a gateway, and what would a sender of its own take?',
  note: 'only by name; needs the headers of Node',
  onlyByName: true,
  run,
} satisfies Benchmark;
