/** An SFU in memory for a load that is of the control plane alone: all that should send something, sends. */
import { WorkerReport } from '../../../server/media/worker-report.ts';
import type { Arrivals } from '../../../server/media/plane.ts';
import type { MediaServer } from '../../../server/service.ts';
import type { PipedTrack } from '../../../server/contract/pipe.ts';
import type { ZoneId } from '../../../server/contract/zone.ts';
import type { Received } from '../../../server/zones/camera.ts';
import type { Producer } from '../../../server/zones/producer.ts';
import { FakeConnection, FakePlane } from '../../support/fake-media.ts';
import { FakePipeIn, FakePipeOut, FakePipes } from '../../support/fake-pipes.ts';

export class CityMedia extends FakePlane implements MediaServer {
  readonly rtpCapabilities = { codecs: [], headerExtensions: [] };
  readonly program = WorkerReport.none;
  readonly troubled = { dead: [], silent: [] };
  readonly workerPids = [];
  readonly loads = [];
  isFull = (): boolean => false;
  override readonly pipes = new FlowingPipes();

  override async openForCamera(): Promise<FakeConnection> {
    return new FlowingConnection();
  }

  override async openForViewer(): Promise<FakeConnection> {
    return new FakeConnection();
  }

  override forget(): void {}

  async close(): Promise<void> {}
}

class FlowingConnection extends FakeConnection {
  override received(): Promise<Received> {
    this.send();
    return super.received();
  }
}

class FlowingPipes extends FakePipes {
  override async open(producer: Producer): Promise<FakePipeOut> {
    return new FlowingOut(producer);
  }

  override async take(_zone: ZoneId, track: PipedTrack): Promise<FakePipeIn> {
    return new FlowingIn(track);
  }
}

class FlowingOut extends FakePipeOut {
  override sent(): Promise<{ bytes: number; again: number }> {
    this.bytes += 1000;
    return super.sent();
  }
}

class FlowingIn extends FakePipeIn {
  override comes(): boolean {
    return true;
  }

  override arrivals(): Promise<Arrivals> {
    this.bytes += 1000;
    for (let layer = 0; layer < this.producer.layers.count; layer += 1) this.onKeyFrame(layer);
    return super.arrivals();
  }
}
