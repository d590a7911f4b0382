import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Lockout, Trier } from '@secureconnect/platform/throttle/lockout';

/** Every check of a password, recovery key or code goes through here: who is wrong too often waits, longer each time. */
export class LoginTries {
  constructor(
    private readonly lockout: Lockout,
    private readonly log: EventLog,
  ) {}

  /**
   * @param check - what was proven, or null for a wrong try
   * @throws Violation `locked-out` before anything is checked, the same for names that nobody has; `credentials-refused` for a wrong try;
   *   what the check throws, which then does not count
   */
  async guarded<T>(trier: Trier, check: () => Promise<T | null>): Promise<T> {
    const retryAfterSeconds = await this.lockout.begin(trier);
    if (retryAfterSeconds > 0) {
      this.log.warn('login.locked-out', { retryAfterSeconds });
      throw new Violation('locked-out', { retryAfterSeconds });
    }
    let proven: T | null;
    try {
      proven = await check();
    } catch (error) {
      await this.lockout.takeBack(trier);
      throw error;
    }
    if (proven === null) {
      await this.lockout.failed(trier);
      throw new Violation('credentials-refused');
    }
    await this.lockout.succeeded(trier);
    return proven;
  }

  /** The name's owner is at this address: a registration, a session that goes on. */
  know(trier: Trier): Promise<void> {
    return this.lockout.know(trier);
  }
}
