/** Mutual exclusion by name: among all tabs of the browser, or within this process. */
export interface Locks {
  /** Runs `work` while nobody else holds `name`. */
  hold<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Locks of the Web Locks API, common to all tabs and workers of this origin. */
export function browserLocks(manager: LockManager): Locks {
  return {
    hold: async <T>(name: string, work: () => Promise<T>): Promise<T> => await manager.request(name, work),
  };
}

/** Locks within this process, first come, first served. */
export function processLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async hold(name, work) {
      const run = (tails.get(name) ?? Promise.resolve()).then(work, work);
      const tail = run.catch(() => undefined);
      tails.set(name, tail);
      try {
        return await run;
      } finally {
        if (tails.get(name) === tail) tails.delete(name);
      }
    },
  };
}
