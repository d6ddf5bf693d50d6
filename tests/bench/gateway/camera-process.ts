/** Starts a camera as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../../server/config.ts';

export interface CameraProcess {
  readonly url: string;
  /** What it has said after its address. */
  readonly said: string[];
  stop(): Promise<void>;
}

/** @param program a file of this folder, that says its address and ends with its standard input */
export async function startCameraProcess(
  program: string,
  ...args: string[]
): Promise<CameraProcess> {
  const file = path.join(import.meta.dirname, program);
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: projectFolder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => (line.startsWith('rtsp:') ? resolve(line) : said.push(line)));
    child.once('exit', (code) => reject(new Error(`the camera ended with ${code}`)));
  });
  return {
    ...{ url, said },
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
    },
  };
}
