import { createHash } from 'node:crypto';
import { readStore } from './open-read-only.js';

/** A hash for every table of a store: the same as before means that nothing was stored. */
export function tableDigests(file: string): Record<string, string> {
  return readStore(file, (database) => {
    const tables = database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
      .pluck()
      .all() as string[];
    return Object.fromEntries(
      tables.map((table) => {
        const hash = createHash('sha256');
        for (const row of database.prepare(`SELECT * FROM "${table}"`).raw().iterate() as Iterable<unknown[]>) {
          for (const value of row) hash.update(Buffer.isBuffer(value) ? value : String(value)).update('\0');
        }
        return [table, hash.digest('hex')];
      }),
    );
  });
}
