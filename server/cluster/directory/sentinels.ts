/**
 * Redis's Sentinels: ioredis finds the master by them, and hears of a fail-over. Its connections for the latter listen to no
 * errors, and such ones it writes to the console.
 */
import type { Redis, RedisOptions, SentinelConnectionOptions, SentinelConnector } from 'ioredis';

/**
 * For the option of this name.
 * @param Sentinels ioredis's own
 * @param failed told of each failure to hear one of them
 */
export function connectorOf(
  Sentinels: typeof SentinelConnector,
  failed: (error: Error) => void,
): NonNullable<RedisOptions['Connector']> {
  return class extends Sentinels {
    constructor(options: unknown) {
      super(options as SentinelConnectionOptions);
      // ioredis has no other place where one could listen. It is private, and a test fails where it is gone.
      const connect = this['connectToSentinel'].bind(this);
      this['connectToSentinel'] = (...about: Parameters<typeof connect>) => {
        const client = connect(...about) as unknown as Redis;
        client.on('error', failed);
        return client as never;
      };
    }
  };
}
