/** `npm run backup -- FILE`: copies the store into a new file, while the server runs. */
import path from 'node:path';
import { backUp } from '../store/backup.ts';
import { StartupError } from '../startup-error.ts';
import { runCommand } from './command.ts';

const usage = 'npm run backup -- FILE [--config FILE]';

await runCommand(usage, {}, async ({ settings, positionals: [name, ...more] }) => {
  if (name === undefined || more.length > 0) throw new StartupError(usage);
  // npm starts programs in the project's folder, and says where it was called.
  const file = path.resolve(process.env.INIT_CWD ?? '', name);
  await backUp(settings.store, file);
  console.log(`✓ the store is in ${file}`);
  return 0;
});
