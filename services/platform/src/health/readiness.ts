import type { HealthAnswer } from '@secureconnect/contracts/internal';

type Check = () => 'ok' | 'degraded' | 'down';

/** Collects what readiness depends on. A check that says `down`, or a drain, makes the service unready. */
export class Readiness {
  readonly #checks = new Map<string, Check>();
  readonly #startedAtMs = Date.now();
  #draining = false;

  constructor(private readonly replicaId: string) {}

  /** Adds a check; it is asked at every probe and must answer at once. */
  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** From now on unready: the process is shutting down. */
  drain(): void {
    this.#draining = true;
  }

  report(): HealthAnswer {
    const checks = Object.fromEntries([...this.#checks].map(([name, check]) => [name, check()]));
    const down = this.#draining || Object.values(checks).includes('down');
    return { status: down ? 'unavailable' : 'ok', checks, replicaId: this.replicaId, startedAtMs: this.#startedAtMs };
  }
}
