import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Redis of one's own: loopback only, with a password, and nothing ever written to disk. */
export interface PrivateRedis {
  readonly configFile: string;
  readonly url: string;
}

/** Writes the configuration of a private Redis (mode 0600: the password stands in it). `redis-server <configFile>` runs it. */
export function configureRedis(dir: string, port: number, password: string): PrivateRedis {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configFile = join(dir, 'redis.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'protected-mode yes',
    'daemonize no',
    'save ""',
    'appendonly no',
    `dir ${JSON.stringify(dir)}`,
  ];
  writeFileSync(configFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  return { configFile, url: `redis://:${password}@127.0.0.1:${port}` };
}
