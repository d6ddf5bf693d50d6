/**
 * Hears that a viewer asks for key pictures of a camera that takes no requests by its media: mediasoup answers such a viewer
 * from what it keeps, or not at all, and tells here that it has asked. After each request that is heard it is told to be
 * quiet for a while, so that a viewer who asks in every packet costs a few messages a second.
 */
import type { types } from 'mediasoup';
import { wishInterval } from '../zones/key-wishes.ts';
import { answerOf } from './answer.ts';
import type { MediaWorker } from './worker-pool.ts';

const requests: types.ConsumerTraceEventType[] = ['pli', 'fir'];

/** @param wanted told of a request; @returns for how long others are of no use, ms */
export function hearKeyRequests(
  consumer: types.Consumer,
  worker: Pick<MediaWorker, 'answers'>,
  wanted: () => number,
): void {
  let hears = false;
  let timer: NodeJS.Timeout | undefined;
  const trace = (kinds: types.ConsumerTraceEventType[]): Promise<void> =>
    answerOf(worker, () => consumer.enableTraceEvent(kinds));
  const listenIn = (time: number): void => {
    timer = setTimeout(listen, time).unref();
  };
  function listen(): void {
    hears = true;
    // Its worker is silent, which is told otherwise, and may answer again.
    trace(requests).catch(() => {
      if (!consumer.closed) listenIn(wishInterval);
    });
  }
  consumer.on('trace', ({ type }) => {
    if (!hears || (type !== 'pli' && type !== 'fir')) return;
    hears = false;
    trace([]).catch(() => {}); // What comes all the same is passed over.
    listenIn(wanted());
  });
  consumer.observer.once('close', () => clearTimeout(timer));
  listen();
}
