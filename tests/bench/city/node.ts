/** A node of the city: the server as it is, but for its media. Run as a program of its own by `startServer`. */
import { loadSettings } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import { LogOutput } from '../../../server/log-output.ts';
import { startService } from '../../../server/service.ts';
import { CityMedia } from './media.ts';

const settings = loadSettings(process.env);
const log = createLog(settings.log, new LogOutput());
const service = await startService(settings, log, false, async () => new CityMedia());
console.log(JSON.stringify({ msg: 'server ready', workers: [] }));
process.once('SIGTERM', () => {
  void service.stop().then(() => process.exit(0));
});
