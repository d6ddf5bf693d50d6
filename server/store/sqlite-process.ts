/** The server's end of a connection to SQLite, which a process of its own holds (sqlite-child.mjs). */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beingOpened, noAnswer, StoreError, tooManyWait } from './failure.ts';

const program = fileURLToPath(new URL('sqlite-child.mjs', import.meta.url));
/** Questions that wait for an answer at most. */
const mostOpen = 2000;
/** A process that does not end when it is told to is ended after this time, ms. */
const closeTimeout = 5000;

export interface QuestionResult {
  readonly rows?: unknown[];
  readonly changes?: number;
}

interface Answer extends QuestionResult {
  readonly id: number;
  readonly error?: { message: string; code?: string };
}

interface Open {
  readonly resolve: (answer: QuestionResult) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

export class SqliteProcess {
  readonly #child: ChildProcess;
  readonly #deadline: number;
  readonly #open = new Map<number, Open>();
  #asked = 0;
  #gone = false;

  private constructor(child: ChildProcess, deadline: number) {
    this.#child = child;
    this.#deadline = deadline;
    child.on('message', (answer: Answer) => this.#take(answer));
    const ended = (): void => this.#end(new StoreError('the process that holds it has ended'));
    child.on('error', ended); // It could not be started, or not be told anything.
    child.on('exit', ended);
    child.on('disconnect', ended);
  }

  /**
   * @param pragmas what the connection begins with
   * @param startTime until it is ready, ms
   * @param deadline for each answer, ms; Infinity waits for ever
   * @throws Error with SQLite's code when the file cannot be opened, StoreError when that takes too long
   */
  static async start(
    file: string,
    pragmas: string[],
    startTime: number,
    deadline: number,
  ): Promise<SqliteProcess> {
    const child = fork(program, [file, ...pragmas], {
      execArgv: ['--expose-gc'], // to close the file
      // It needs none of the server's secrets.
      env: { PATH: process.env.PATH },
      serialization: 'advanced',
      // Not our own outputs: a child that inherits them makes them blocking (server/log-output.ts).
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (text: Buffer) => process.stderr.write(text));
    const started = new SqliteProcess(child, deadline);
    try {
      await started.#answerOf(0, startTime);
      return started;
    } catch (error) {
      await started.close();
      throw error;
    }
  }

  get gone(): boolean {
    return this.#gone;
  }

  /**
   * @param before a statement that is to succeed first
   * @throws Error with SQLite's code, or StoreError when no answer comes in time
   */
  ask(sql: string, parameters: readonly unknown[], before?: string): Promise<QuestionResult> {
    if (this.#gone) return Promise.reject(beingOpened());
    if (this.#open.size >= mostOpen) return Promise.reject(tooManyWait());
    this.#asked += 1;
    const answer = this.#answerOf(this.#asked, this.#deadline);
    this.#child.send({ id: this.#asked, sql, parameters, before }, () => {}); // 'error' tells of it too.
    return answer;
  }

  /** Ends it once it has answered what it was asked. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#child.pid === undefined) return;
    const exit = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    const lastResort = setTimeout(() => this.kill(), closeTimeout);
    await Promise.race([
      exit,
      new Promise((resolve) => setTimeout(resolve, 2 * closeTimeout).unref()),
    ]);
    clearTimeout(lastResort);
  }

  /** Ends it as it is: what it was about to write is written or not, as after a loss of power. */
  kill(): void {
    this.#end(noAnswer());
    this.#child.kill('SIGKILL');
    this.#child.unref();
  }

  #answerOf(id: number, deadline: number): Promise<QuestionResult> {
    return new Promise((resolve, reject) => {
      // It answers in turn, so what is too late for one is too late for all; a new process is due.
      const timer = Number.isFinite(deadline) ? setTimeout(() => this.kill(), deadline) : undefined;
      this.#open.set(id, { resolve, reject, timer });
    });
  }

  #take({ id, error, ...result }: Answer): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    clearTimeout(open?.timer);
    if (error) open?.reject(Object.assign(new Error(error.message), { code: error.code }));
    else open?.resolve(result);
  }

  #end(reason: StoreError): void {
    this.#gone = true;
    for (const { reject, timer } of this.#open.values()) {
      clearTimeout(timer);
      reject(reason);
    }
    this.#open.clear();
  }
}
