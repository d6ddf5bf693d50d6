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
 * @param usage told when the arguments are not those; `--config FILE` is always one
 */
export async function runCommand(
  usage: string,
  options: Options,
  work: (read: Arguments) => Promise<number>,
): Promise<void> {
  try {
    process.exitCode = await work(read(usage, options));
  } catch (error) {
    if (!(error instanceof StartupError || error instanceof StoreError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

function read(usage: string, options: Options): Arguments {
  let parsed;
  try {
    parsed = parseArgs({
      options: { ...options, config: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n${usage}`);
  }
  const values: Arguments['values'] = parsed.values;
  const { config } = values;
  const file = typeof config === 'string' ? config : undefined;
  return { settings: loadSettings(process.env, file), values, positionals: parsed.positionals };
}
