/** ffmpeg as it is on this machine: whether it is there, what it can do, and how it is run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { messageOf } from '../../server/contract/errors.ts';
import { encodingArguments } from './arguments.ts';
import { chooseEncoder, encodersIn, hardware, software, type Encoder } from './encoder.ts';
import { FlvReader } from './flv.ts';
import { LastWords } from './last-words.ts';

export interface Ffmpeg {
  readonly command: string;
  readonly version: string;
  readonly encoder: Encoder;
  /** Sound can be made Opus. */
  readonly hasOpus?: boolean | undefined;
  /** What is used where that one fails after all: hardware may be taken by others, or hang. */
  readonly fallback?: Encoder | undefined;
  /** Encoders that are listed and do not work here, and why, in words. */
  readonly unusable?: Readonly<Record<string, string>>;
  /** Told when an encoder has failed and another one is used from then on. */
  readonly fellBack?: (from: Encoder, reason: string) => void;
}

/** Why there is none, in words. */
export interface NoFfmpeg {
  readonly missing: string;
}

export type FfmpegHere = Ffmpeg | NoFfmpeg;

/** What it may see of the gateway's environment: where programs and drivers are, and no secrets. */
const passed = [
  ...['PATH', 'LD_LIBRARY_PATH', 'LIBVA_DRIVER_NAME', 'LIBVA_DRIVERS_PATH'],
  ...['CUDA_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES', 'NVIDIA_DRIVER_CAPABILITIES'],
];

/** Other work of the machine goes first, the forwarding of pictures that pass untouched above all. */
const usualNiceness = 5;

export function spawnFfmpeg(
  command: string,
  args: readonly string[],
  niceness = usualNiceness,
): ChildProcess {
  const env = Object.fromEntries(
    passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    if (child.pid !== undefined) setPriority(child.pid, niceness);
  } catch {
    // It has ended already, which its end tells.
  }
  return child;
}

export interface ShortRun {
  /** ms */
  readonly deadline: number;
  /** bytes */
  readonly most: number;
  readonly input?: readonly Buffer[];
}

/**
 * Runs it to its end.
 * @throws Error with its last words when it fails, takes too long or says too much
 */
export async function runFfmpeg(
  command: string,
  args: readonly string[],
  { deadline, most, input = [] }: ShortRun,
): Promise<Buffer> {
  const child = spawnFfmpeg(command, args);
  const words = new LastWords();
  const output: Buffer[] = [];
  let size = 0;
  let problem: string | undefined;
  const kill = (why: string): void => {
    problem ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => kill(`it took more than ${deadline} ms`), deadline);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => words.add(text));
  child.stdout?.on('data', (bytes: Buffer) => {
    size += bytes.length;
    if (size > most) kill('it gave more than was asked for');
    else output.push(bytes);
  });
  child.stdin?.on('error', () => undefined); // It may end before it has read all.
  child.stdin?.end(Buffer.concat(input));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (code === 0 && problem === undefined) return Buffer.concat(output);
  throw new Error(problem ?? words.text ?? `it ended with code ${code}`);
}

/** ffmpeg's own one is not for use yet, as it says. */
export const opusEncoder = 'libopus';

const quick = { deadline: 10_000, most: 200_000 };
/** A driver that hangs keeps the gateway from its start for so long, ms. */
const trial = 4000;

/** Looks for it, and tries which encoder works; once, when the gateway starts. */
export async function findFfmpeg(command = 'ffmpeg'): Promise<FfmpegHere> {
  try {
    const said = (await runFfmpeg(command, ['-version'], quick)).toString();
    const version = /^ffmpeg version (\S+)/.exec(said)?.[1] ?? 'unknown';
    const listed = encodersIn(
      (await runFfmpeg(command, ['-hide_banner', '-encoders'], quick)).toString(),
    );
    // All at once, so that those that hang cost their time together.
    const tried = [...hardware, software].filter(({ name }) => listed.has(name));
    const reasons = await Promise.all(tried.map((one) => whyUnusable(command, one)));
    const failed = tried.flatMap(({ name }, at) => (reasons[at] ? [[name, reasons[at]]] : []));
    const unusable = Object.fromEntries(failed) as Record<string, string>;
    const works = (one: Encoder): boolean => unusable[one.name] === undefined;
    const encoder = await chooseEncoder(listed, async (one) => works(one));
    const fallback = encoder?.isHardware && works(software) ? software : undefined;
    const hasOpus = listed.has(opusEncoder);
    if (encoder) return { command, version, encoder, hasOpus, fallback, unusable };
    return { missing: `ffmpeg ${version} has no encoder of H.264 that works here` };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = absent ? 'ffmpeg is not installed' : `ffmpeg cannot be used: ${messageOf(error)}`;
    return { missing: why.slice(0, 200) };
  }
}

/**
 * A few grey pictures: an encoder that is listed may lack its device or driver.
 * @returns undefined where it works
 */
async function whyUnusable(command: string, encoder: Encoder): Promise<string | undefined> {
  const size = { width: 320, height: 192 };
  const source = `color=c=gray:size=${size.width}x${size.height}:rate=25:duration=0.4`;
  try {
    const args = encodingArguments(encoder, { ...size, masks: [] }, ['-f', 'lavfi', '-i', source]);
    const limits = encoder.isHardware ? { ...quick, deadline: trial } : quick;
    const pictures = new FlvReader(quick.most).read(await runFfmpeg(command, args, limits));
    const isRight = pictures.length === 10 && pictures[0]?.isKey === true;
    return isRight ? undefined : 'it gives other pictures than were asked for';
  } catch (error) {
    return messageOf(error);
  }
}
