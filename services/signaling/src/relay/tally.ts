import type { RelayOutcome } from '@secureconnect/contracts/internal';
import { hourOf, type RelayHour } from './relay-hour.js';

export interface TallyOptions {
  /** Adds to what is stored. */
  readonly write: (hours: readonly RelayHour[]) => Promise<void>;
  readonly intervalMs: number;
  /** The counts are kept and written with the next ones. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Counts signals by hour and outcome, and adds them to the store every few seconds: nothing about a signal is written while it
 * is relayed. A process that is killed loses the counts of those seconds.
 */
export class Tally {
  #counted = new Map<string, RelayHour>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: TallyOptions) {}

  count(outcome: RelayOutcome, bytes: number, atMs: number): void {
    this.#add({ hourAtMs: hourOf(atMs), outcome, signals: 1, bytes });
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), this.options.intervalMs);
    this.#timer.unref();
  }

  /** Writes what was counted since the last time. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    if (this.#counted.size === 0) return;
    const hours = [...this.#counted.values()];
    this.#counted = new Map();
    try {
      await this.options.write(hours);
    } catch (error) {
      for (const hour of hours) this.#add(hour);
      this.options.onFailed(error);
    }
  }

  #add(hour: RelayHour): void {
    const key = `${String(hour.hourAtMs)} ${hour.outcome}`;
    const sum = this.#counted.get(key);
    this.#counted.set(key, {
      ...hour,
      signals: hour.signals + (sum?.signals ?? 0),
      bytes: hour.bytes + (sum?.bytes ?? 0),
    });
  }
}
