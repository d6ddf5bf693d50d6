/** Starts the media worker's program as a process of its own: with few variables, and never for longer than agreed. */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as mediasoup from 'mediasoup';
import { startTime } from '../starting.ts';
import { StartupError } from '../startup-error.ts';
import { LastWords } from './last-words.ts';
import { WorkerReport, type WorkerChoice } from './worker-report.ts';

/** For one that hangs, until it is made to end: to say whose packet it has in hand; ms. */
const lastWordsTime = 100;

/**
 * What a program needs to be found, loaded and debugged. All else stays here: secrets of this server's
 * settings would be in every worker's /proc/PID/environ and core dump.
 */
const inherited = /^(PATH|LANG|LC_ALL|TZ|LD_.*|MEDIASOUP_.*|[A-Z]+SAN_OPTIONS|MALLOC_.*)$/;

/**
 * For the congestion control, beside mediasoup's own: loss on the way is not taken for congestion up to 20 %
 * instead of 10 % (draft-ietf-rmcat-gcc-02 §6), and up to 5 % instead of 2 % it does not keep the estimate from
 * growing. A full queue shows by its delay first; what is lost on a bad link is sent again, and to send less
 * there only takes frames away: at 10 % three of four.
 */
const fieldTrials =
  'WebRTC-Bwe-AlrLimitedBackoff/Enabled/WebRTC-BweLossExperiment/Enabled-0.05,0.2,0/';

/** Those that run. A worker ends by itself when its server does, but not one that is stopped or hangs. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface WorkerProgram {
  readonly worker: mediasoup.types.Worker;
  readonly words: LastWords | undefined;
  readonly report: WorkerReport;
  /** Ends it whatever it does; the worker tells by `died`. */
  kill(): void;
  /** Asks it to end; resolves when it has. @param deadline after which it is killed, ms */
  end(deadline: number): Promise<void>;
}

/**
 * @param time until it says that it runs, ms
 * @throws Error when it cannot be run, for want of files too, or does not come up in time
 * @throws StartupError when it is not the program that was chosen
 */
export async function startWorkerProgram(
  choice: WorkerChoice,
  file = process.env.MEDIASOUP_WORKER_BIN,
  time = startTime,
): Promise<WorkerProgram> {
  const { creating, child, failure } = create(file);
  child?.once('exit', () => running.delete(child));
  if (child?.pid !== undefined) running.add(child);
  const words = child?.stderr ? new LastWords(child.stderr) : undefined;
  let tooLate = false;
  const timer = setTimeout(() => (tooLate = child?.kill('SIGKILL') ?? false), time);
  const worker = await creating
    .catch(async (error: unknown) => {
      if (tooLate) throw new Error('the media worker did not come up in time');
      throw (await failure()) ?? error;
    })
    .finally(() => clearTimeout(timer));
  const report = (await words?.report()) ?? WorkerReport.none;
  const trouble = report.troubleAs(choice);
  if (trouble) {
    worker.close();
    throw new StartupError(
      `The media worker ${file ?? ''} is not the one that was chosen: ${trouble}. Set SURVEILLANCE_MEDIA_WORKER, or MEDIASOUP_WORKER_BIN, or start with \`npm start\`, which gets the right one.`,
    );
  }
  return {
    worker,
    words,
    report,
    kill() {
      child?.kill('SIGABRT');
      setTimeout(() => child?.kill('SIGKILL'), lastWordsTime);
    },
    async end(deadline) {
      const ended = new Promise<void>((resolve) => {
        if (worker.subprocessClosed) resolve();
        else worker.once('subprocessclose', resolve);
      });
      worker.close();
      const timer = setTimeout(() => child?.kill('SIGKILL'), deadline);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * mediasoup neither lets go of the process that it starts, nor lets its variables be chosen, nor hears that the
 * process could not be had for want of open files, which would end this one. It starts it before it returns,
 * so all of that is done around the call.
 */
function create(file: string | undefined) {
  let child: ChildProcess | undefined;
  let failed: Error | undefined;
  const take = (message: unknown): void => {
    child = (message as { process: ChildProcess }).process;
    child.once('error', (error) => (failed = error));
  };
  const whole = process.env;
  subscribe('child_process', take);
  process.env = Object.fromEntries(Object.entries(whole).filter(([name]) => inherited.test(name)));
  try {
    const creating = mediasoup.createWorker({
      // mediasoup reads MEDIASOUP_WORKER_BIN when it is loaded, which may be before set-up has chosen.
      workerBin: file,
      logLevel: 'warn',
      logTags: ['ice', 'dtls', 'srtp'],
      libwebrtcFieldTrials: fieldTrials,
    });
    const failure = async (): Promise<Error | undefined> => {
      await new Promise(setImmediate); // The process says why only then.
      return failed;
    };
    return { creating, child, failure };
  } finally {
    process.env = whole;
    unsubscribe('child_process', take);
  }
}
