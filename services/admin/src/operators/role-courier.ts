import type { UserId } from '@secureconnect/contracts/ids';
import { SetRole } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import type { OutboxEntry } from '@secureconnect/platform/outbox/outbox';
import * as z from 'zod';
import type { OperatorStore } from '../store/operator-store.js';

/**
 * Tells auth which users have which role, so that it stands in their next access token. Telling it twice is telling it once; what is told
 * is the role of now, for a word that failed comes again after newer ones.
 */
export class RoleCourier {
  constructor(
    private readonly http: InternalHttp,
    private readonly operators: OperatorStore,
    private readonly log: EventLog,
  ) {}

  /** @throws PeerUnavailable while auth is away: the outbox comes again */
  async deliver(entries: readonly OutboxEntry[]): Promise<void> {
    for (const entry of entries) await this.#tell(SetRole.parse(entry.payload).userId);
  }

  async #tell(userId: UserId): Promise<void> {
    const role: SetRole = { userId, role: this.operators.isOperator(userId) ? 'admin' : 'user' };
    try {
      await this.http.call({ peer: 'auth', path: '/internal/users/role', body: role, answer: z.unknown() });
    } catch (error) {
      // The account was deleted meanwhile: there is nobody to tell about any more.
      if (!(error instanceof PeerRefusal) || error.status !== 404) throw error;
      this.log.warn('operator.unknown-to-auth', { userId });
    }
  }
}
