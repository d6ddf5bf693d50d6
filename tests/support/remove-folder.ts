/** A folder that programs of a test wrote to: what they began may write for a moment after they have ended. */
import { rm } from 'node:fs/promises';

export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
