import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who has begun so often does not get ready by itself: a store of a newer version, a setting that it refuses. */
const STARTS_MAX = 5;

/** How often PM2 has started each program, by the process ids that it writes. */
export class Restarts {
  readonly #seen = new Map<number, Set<string>>();

  /**
   * @param dir - `<PM2_HOME>/pids`: a file for each program, whose name ends in `-<n>.pid`
   * @param names - of the programs, in the order in which PM2 was told of them: that is the n
   */
  constructor(
    private readonly dir: string,
    private readonly names: readonly string[],
  ) {}

  /** Looks once more. @returns the first of `missing` that ends again and again, if any */
  endless(missing: ReadonlySet<string>): string | undefined {
    for (const file of this.#files()) {
      const number = Number(/-(\d+)\.pid$/.exec(file)?.[1] ?? NaN);
      const seen = this.#seen.get(number) ?? new Set<string>();
      this.#seen.set(number, seen);
      const pid = this.#pidIn(file);
      if (pid !== '') seen.add(pid);
    }
    return this.names.find((name, number) => missing.has(name) && (this.#seen.get(number)?.size ?? 0) >= STARTS_MAX);
  }

  #files(): readonly string[] {
    try {
      return readdirSync(this.dir);
    } catch {
      return []; // PM2 has not made it yet
    }
  }

  #pidIn(file: string): string {
    try {
      return readFileSync(join(this.dir, file), 'utf8').trim();
    } catch {
      return ''; // it has just ended
    }
  }
}
