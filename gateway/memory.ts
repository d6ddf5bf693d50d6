/**
 * What the gateway keeps on its disk: the cameras that were set in the console, so that it goes on with them while the
 * server is away, what it has learnt of each camera, and the shape that masks were drawn on. Passwords are among it, so that only its user may read it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { mostCameras, SiteCamera } from '../server/contract/gateway.ts';
import type { KnownTurning } from './camera/life-parts.ts';
import type { Known } from './camera/offer.ts';
import { KeptShape, type ShapePlace } from './transcoder/mask-shape.ts';

/** What comes within this time is written at once, ms. */
const gathering = 1000;
/** Also of zones whose cameras come back only later. */
const mostShapes = 4 * mostCameras;

const Facts = z.object({
  width: z.number().int().min(1).max(16_384),
  height: z.number().int().min(1).max(16_384),
  codec: z.string(),
  profile: z.string().optional(),
  reorders: z.boolean(),
  frameRate: z.number().optional(),
  keyInterval: z.number().optional(),
  transcoded: z.boolean().optional(),
  sound: z
    .object({ codec: z.string(), sentAs: z.enum(['PCMU', 'PCMA', 'OPUS']).optional() })
    .optional(),
});
const Signs = z.object({
  certificate: z.string().optional(),
  realm: z.string().optional(),
  server: z.string().optional(),
  session: z.string().optional(),
});
const Learnt = z.object({
  /** Of these addresses; what is learnt of another is of no use. */
  url: z.string(),
  sub: z.string().optional(),
  /** Whoever trusts another certificate means another camera, or the same one anew. */
  fingerprint: z.string().optional(),
  streams: z.object({ main: Facts.optional(), sub: Facts.optional() }),
  signs: z.object({ main: Signs.optional(), sub: Signs.optional() }),
});
/** It has said that nothing turns it: at this address, beside this stream. */
const Fixed = z.object({ url: z.string(), onvif: z.string() });
const Kept = z.object({
  cameras: z.array(SiteCamera).max(mostCameras).default([]),
  learnt: z.record(z.string(), Learnt).default({}),
  fixed: z.record(z.string(), Fixed).default({}),
  /** By zone. */
  shapes: z.record(z.string(), KeptShape).default({}),
});
type Kept = z.infer<typeof Kept>;

export class Memory {
  readonly #file: string;
  readonly #log: Logger;
  #kept: Kept = { cameras: [], learnt: {}, fixed: {}, shapes: {} };
  #isLost = false;
  #writing: NodeJS.Timeout | undefined;

  constructor(folder: string, log: Logger) {
    this.#file = path.join(folder, 'gateway.json');
    this.#log = log;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#kept = Kept.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#isLost = true;
      log.warn({ file: this.#file, reason: reasonOf(error) }, 'what was kept cannot be read');
    }
  }

  /** Those that were set in the console. */
  get cameras(): SiteCamera[] {
    return this.#kept.cameras;
  }

  set cameras(cameras: SiteCamera[]) {
    this.#kept.cameras = cameras;
    this.flush();
  }

  knownOf({ name, url, sub, fingerprint }: SiteCamera): Known | undefined {
    const learnt = this.#kept.learnt[name];
    const isOfIt = learnt?.url === url && learnt.sub === sub && learnt.fingerprint === fingerprint;
    return isOfIt ? learnt : undefined;
  }

  learn({ name, url, sub, fingerprint }: SiteCamera, { streams, signs }: Known): void {
    this.#kept.learnt[name] = Learnt.parse({ url, sub, fingerprint, streams, signs });
    this.#writing ??= setTimeout(() => this.flush(), gathering);
  }

  /** Whether the camera has said that nothing turns it; kept, so that it is known when its ONVIF does not answer. */
  turningOf({ name, url, onvif }: SiteCamera): KnownTurning {
    const kept = this.#kept.fixed[name];
    return {
      isFixed: kept !== undefined && kept.url === url && kept.onvif === onvif?.url,
      learn: (isFixed) => {
        if (isFixed && onvif) this.#kept.fixed[name] = { url, onvif: onvif.url };
        else delete this.#kept.fixed[name];
        this.#writing ??= setTimeout(() => this.flush(), gathering);
      },
    };
  }

  /** What answers there next is taken for the right camera. */
  forget(name: string): void {
    const { learnt, fixed } = this.#kept;
    if (!learnt[name] && !fixed[name]) return;
    delete learnt[name];
    delete fixed[name];
    this.flush();
  }

  /** Forgets what belongs to no camera any more. */
  keepOnly(names: ReadonlySet<string>): void {
    const { learnt, fixed } = this.#kept;
    for (const name of Object.keys({ ...learnt, ...fixed }))
      if (!names.has(name)) this.forget(name);
  }

  /** At once on the disk: a picture that it does not fit may be the next one. */
  shapeOf(zone: string): ShapePlace {
    const write = (shape: KeptShape | undefined): void => {
      const others = Object.entries(this.#kept.shapes).filter(([other]) => other !== zone);
      const shapes = shape ? [...others, [zone, shape] as const] : others;
      this.#kept.shapes = Object.fromEntries(shapes.slice(-mostShapes));
      this.flush();
    };
    return { read: () => this.#kept.shapes[zone], write, isLost: this.#isLost };
  }

  flush(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    const written = `${this.#file}.new`;
    try {
      writeFileSync(written, JSON.stringify(this.#kept), { mode: 0o600 });
      renameSync(written, this.#file);
    } catch (error) {
      this.#log.warn({ file: this.#file, reason: reasonOf(error) }, 'nothing can be kept');
    }
  }
}

/** Without what stands in the file. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `${error.issues[0]?.path.join('.')} is wrong`;
  return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
}
