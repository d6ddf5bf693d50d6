/** What comes over a socket that all cameras share is one camera's work, and its faults are that camera's. */
import { AsyncResource } from 'node:async_hooks';
import type { UploadEvents } from '../upload/upload.ts';

/** @param fault told of what throws */
export function asOwnWork(events: UploadEvents, fault: (error: unknown) => void): UploadEvents {
  const own = <A extends unknown[]>(told: (...args: A) => void) =>
    AsyncResource.bind((...args: A): void => {
      try {
        told(...args);
      } catch (error) {
        fault(error);
      }
    });
  return {
    wanted: own(events.wanted),
    keyWanted: own(events.keyWanted),
    masks: AsyncResource.bind(events.masks),
    still: AsyncResource.bind(events.still),
    fits: own(events.fits),
    way: own(events.way),
    ...(events.noSound && { noSound: own(events.noSound) }),
    zone: own(events.zone),
    ...(events.steer && { steer: AsyncResource.bind(events.steer) }),
    ...(events.unheld && { unheld: own(events.unheld) }),
    refused: own(events.refused),
  };
}
