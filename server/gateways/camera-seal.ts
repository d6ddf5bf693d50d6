/** The secret with which users and passwords of cameras are kept: a setting, or a file beside the database. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Seal } from '../access/sealed.ts';
import { projectFolder, type Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';

const purpose = 'users and passwords of cameras';
const file = 'gateways.key';
const length = 32; // bytes

export class CameraSeal {
  readonly #settings: Settings;
  #seal: Seal | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * The file is made when it is first needed, for this user alone.
   * @returns undefined where several nodes would each have another one: they need the setting
   * @throws RefusedError `unavailable` when the file can neither be read nor made
   */
  get seal(): Seal | undefined {
    const { gateways, cluster, store } = this.#settings;
    if (gateways.secret === '' && cluster.redis_url !== '') return undefined;
    const secret = (): string => gateways.secret || secretOf(store.folder);
    return (this.#seal ??= new Seal(secret(), purpose));
  }
}

function secretOf(storeFolder: string): string {
  const folder = path.resolve(projectFolder, storeFolder);
  const place = path.join(folder, file);
  try {
    return readOrMake(folder, place);
  } catch (error) {
    const reason = (error as Error).message;
    throw new RefusedError(
      'unavailable',
      `The key of the cameras' passwords, ${place}, cannot be used: ${reason}.`,
    );
  }
}

function readOrMake(folder: string, place: string): string {
  try {
    return readFileSync(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Whole or not at all, whoever else makes it at the same moment.
  const draft = `${place}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, randomBytes(length).toString('base64url'), { mode: 0o600, flag: 'wx' });
    linkSync(draft, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(place, 'utf8');
}
