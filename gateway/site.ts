/** All cameras of the gateway, each with its life: those of its file, and those that are set in the console. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import { mostCameras, type SiteCamera, type SiteCameraReport } from '../server/contract/gateway.ts';
import { CameraLife } from './camera/life.ts';
import type { LifeParts } from './camera/life-parts.ts';
import type { Memory } from './memory.ts';

/** What of a life's parts differs from camera to camera. */
export type PartsFor = (
  camera: SiteCamera,
) => Pick<LifeParts, 'streamWay' | 'openUpload' | 'canMask' | 'stills' | 'device' | 'budget'>;

export interface SiteParts {
  readonly partsFor: PartsFor;
  readonly memory: Memory;
  /** Something of a report has changed; told as often as it does. */
  readonly changed: () => void;
  readonly log: Logger;
}

type SetIn = SiteCameraReport['setIn'];

interface Placed {
  readonly setIn: SetIn;
  readonly camera: SiteCamera;
  /** Undefined until the one before it has ended. */
  life?: CameraLife;
}

export class Site {
  readonly #parts: SiteParts;
  readonly #ofFile: readonly SiteCamera[];
  readonly #cameras = new Map<string, Placed>();
  /** Lives that end: the camera and the zone are theirs until then. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Whose work it is that runs. */
  readonly #context = new AsyncLocalStorage<CameraLife>();
  #closed = false;

  constructor(ofFile: readonly SiteCamera[], parts: SiteParts) {
    this.#parts = parts;
    this.#ofFile = ofFile;
  }

  /** Begins with what stands in the file, and what was kept of the console. */
  start(): void {
    for (const camera of this.#ofFile) this.#place(camera, 'file');
    this.set(this.#parts.memory.cameras);
  }

  /** Takes up the cameras that are set in the console; those of the file win, by name and by zone. */
  set(ofConsole: readonly SiteCamera[]): void {
    if (this.#closed) return;
    const { memory, log } = this.#parts;
    memory.cameras = [...ofConsole];
    const names = new Set(this.#ofFile.map(({ name }) => name));
    const zones = new Set(this.#ofFile.map(({ zone }) => zone));
    const taken = ofConsole.filter(({ name, zone }) => {
      if (names.has(name) || zones.has(zone) || names.size >= mostCameras) {
        log.warn(
          { camera: name, zone },
          'a camera of the console is in the file too, or one too many',
        );
        return false;
      }
      names.add(name);
      zones.add(zone);
      return true;
    });
    for (const [name, { setIn }] of this.#cameras) {
      if (setIn === 'console' && !taken.some((camera) => camera.name === name)) this.#remove(name);
    }
    for (const camera of taken) this.#place(camera, 'console');
    memory.keepOnly(names);
    this.#parts.changed();
  }

  get lives(): CameraLife[] {
    return [...this.#cameras.values()].flatMap(({ life }) => life ?? []);
  }

  get reports(): SiteCameraReport[] {
    return this.lives.map(({ report }) => report);
  }

  /**
   * A fault that nobody has caught.
   * @returns whether it was one camera's; that begins anew then, and nothing else is touched
   */
  blame(error: unknown): boolean {
    const life = this.#context.getStore();
    life?.fault(error);
    return life !== undefined;
  }

  /** Ends all sessions with cameras, and gives the zones back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const name of [...this.#cameras.keys()]) this.#remove(name);
    await Promise.all(this.#ending.values());
  }

  #place(camera: SiteCamera, setIn: SetIn): void {
    const { name } = camera;
    const before = this.#cameras.get(name);
    if (before && JSON.stringify(before.camera) === JSON.stringify(camera)) return;
    if (before) this.#remove(name);
    if (!camera.enabled) this.#parts.memory.forget(name);
    const placed: Placed = { setIn, camera };
    this.#cameras.set(name, placed);
    const ending = this.#ending.get(name);
    if (ending) void ending.then(() => this.#begin(placed));
    else this.#begin(placed);
  }

  #begin(placed: Placed): void {
    const { camera, setIn } = placed;
    if (this.#cameras.get(camera.name) !== placed || placed.life) return;
    const { partsFor, memory, changed, log } = this.#parts;
    const life = new CameraLife(camera, setIn, {
      ...partsFor(camera),
      known: memory.knownOf(camera),
      remember: (known) => memory.learn(camera, known),
      turning: memory.turningOf(camera),
      ...{ changed, log },
    });
    placed.life = life;
    this.#context.run(life, () => life.start());
  }

  #remove(name: string): void {
    const life = this.#cameras.get(name)?.life;
    this.#cameras.delete(name);
    if (!life) return;
    const ended = life
      .close()
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error, camera: name }, 'a camera did not end well'),
      )
      .finally(() => {
        if (this.#ending.get(name) === ended) this.#ending.delete(name);
      });
    this.#ending.set(name, ended);
  }
}
