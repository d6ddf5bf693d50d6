/** What a benchmark is. Adding one is adding a file to `suite/` whose default export is one of these. */

export interface Benchmark {
  /** As on the command line, and the name of its file. */
  readonly name: string;
  /** What a buyer would ask. */
  readonly question: string;
  /** What whoever chooses it must know, for `--list`. */
  readonly note?: string;
  /** Not one of those that run when none is named. */
  readonly onlyByName?: boolean;
  run(bench: Bench): Promise<void>;
}

/** What a benchmark works with, and where it puts what it found. */
export interface Bench {
  /** More runs and larger loads; otherwise the whole suite takes less than 3 minutes. */
  readonly full: boolean;
  /** Asked for by name: with `full`, it may take longer than all the others together. */
  readonly named: boolean;
  /** Says what is being done now. */
  progress(what: string): void;
  figure(figure: Figure): void;
  plot(plot: Plot): void;
  /** A condition of the measurement that a reader must know: codec, packet size, SRTP suite. */
  condition(name: string, value: string): void;
}

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** How it was got: median of what, over how many runs. */
  readonly how: string;
  readonly p95?: number;
  readonly worst?: number;
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: {
    readonly name: string;
    readonly points: readonly (readonly [number, number])[];
  }[];
}

export interface Result {
  readonly name: string;
  readonly question: string;
  readonly mode: 'quick' | 'full';
  /** When it began: ISO 8601, UTC */
  readonly date: string;
  readonly commit: string;
  /** s */
  readonly took: number;
  readonly conditions: Record<string, string>;
  readonly figures: Figure[];
  readonly plots: Plot[];
}

/** The machine and the programs that all results of a run share. */
export interface Setting {
  /** ISO 8601, UTC */
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  readonly worker: string;
  readonly srtpLibrary: string;
}

export interface Report {
  readonly setting: Setting;
  readonly results: Result[];
}

/** Whether a figure's goal is met; undefined when it has none. */
export function goalMet({ value, goal }: Figure): boolean | undefined {
  if (!goal) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
