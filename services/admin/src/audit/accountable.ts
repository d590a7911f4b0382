import type { AuditOutcome } from '@secureconnect/contracts/audit';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import type { AuditLog } from '../store/audit-log.js';
import type { Deed } from './deed.js';

/**
 * Does what another service has to do in a way that operators answer for: it is written down before that service is asked, and what
 * came of it after. Whoever dies between, there is no deed without its entry; the entry then says that the outcome is not known.
 */
export class Accountable {
  constructor(private readonly log: AuditLog) {}

  /** @throws whatever `act` throws, once it is written down */
  async perform<T>(deed: Deed, act: () => Promise<T>): Promise<T> {
    return this.performAll([deed], act, () => ['done']);
  }

  /**
   * Several deeds by one request.
   * @param outcomesOf - what came of each, in the order of the deeds
   */
  async performAll<T>(
    deeds: readonly Deed[],
    act: () => Promise<T>,
    outcomesOf: (result: T) => readonly AuditOutcome[],
  ): Promise<T> {
    const begun = await this.log.begin(deeds);
    let result: T;
    try {
      result = await act();
    } catch (error) {
      const outcome = error instanceof PeerRefusal ? 'refused' : 'unknown';
      await this.log.end(
        deeds,
        begun,
        deeds.map(() => outcome),
      );
      throw error;
    }
    await this.log.end(deeds, begun, outcomesOf(result));
    return result;
  }
}
