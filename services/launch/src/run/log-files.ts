import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const LARGE_BYTES = 20_000_000;
const LOOK_EVERY_MS = 600_000;

/** Keeps each log below 20 MB, now and every ten minutes: what is longer becomes `<name>.log.1`. Give the result to `clearInterval`. */
export function keepLogsSmall(dir: string): NodeJS.Timeout {
  const look = (): void => {
    for (const path of readdirSync(dir)
      .filter((name) => name.endsWith('.log'))
      .map((name) => join(dir, name))) {
      if (statSync(path).size < LARGE_BYTES) continue;
      // Copied and cut, not renamed: the writers have the file open for appending.
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
    }
  };
  look();
  return setInterval(look, LOOK_EVERY_MS).unref();
}
