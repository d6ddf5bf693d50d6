/** What the commands beside the server share: their settings, and how they end. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { loadSettings, type Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import { StoreError } from '../store/failure.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

interface Arguments {
  readonly settings: Settings;
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: string[];
}

/**
 * Reads the arguments and the server's settings, works, and ends with the exit code that it gives.
 * @param usage printed when the arguments are others; `--config FILE` is always allowed
 */
export async function runCommand(
  usage: string,
  options: Options,
  work: (read: Arguments) => Promise<number>,
): Promise<void> {
  try {
    const read = readArguments(usage, options);
    if (read) process.exitCode = await work(read);
    else console.log(usage);
  } catch (error) {
    if (!(error instanceof StartupError || error instanceof StoreError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** @returns undefined when it is asked only how the command is used */
function readArguments(usage: string, options: Options): Arguments | undefined {
  let parsed;
  try {
    parsed = parseArgs({
      options: { ...options, config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    const [said] = (error as Error).message.split('. ');
    throw new StartupError(`${said}.\n${usage}`);
  }
  const values: Arguments['values'] = parsed.values;
  if (values.help === true) return undefined;
  const { config } = values;
  const file = typeof config === 'string' ? config : undefined;
  return { settings: loadSettings(process.env, file), values, positionals: parsed.positionals };
}

/** For commands that take options alone. @throws StartupError with what was not understood */
export function noMore([word]: string[], usage: string): void {
  if (word !== undefined) throw new StartupError(`Not understood: ${word}.\n${usage}`);
}
