/** What has to be ended and removed when a run is over, however it ends: the last thing started goes first. */
export class Endings {
  #ends: (() => Promise<void> | void)[] = [];
  #all: Promise<void> | undefined;

  add(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  /** Ends everything once, also when one of them fails. @throws what failed first */
  runAll(): Promise<void> {
    return (this.#all ??= this.#run());
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends.reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
