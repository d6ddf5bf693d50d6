/** Media workers by themselves, without a server, and sockets to send to them from. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { loadSettings } from '../../server/config.ts';
import { WorkerPool } from '../../server/media/worker-pool.ts';

/** Two, so that a pipe has two ends. */
export async function startTwoWorkers(): Promise<WorkerPool> {
  const { media } = loadSettings({
    SURVEILLANCE_MEDIA_WORKERS: '2',
    SURVEILLANCE_MEDIA_PORT: '0',
    SURVEILLANCE_MEDIA_LISTEN: '127.0.0.1',
  });
  return WorkerPool.start(media, pino({ level: 'silent' }));
}

export async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  // A test's process that stands still for a moment is not to lose what comes all at once; the system may give less.
  socket.setRecvBufferSize(4_194_304);
  return socket;
}
