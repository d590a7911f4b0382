import { SetRole } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import type { OutboxEntry } from '@secureconnect/platform/outbox/outbox';
import * as z from 'zod';

/** Tells auth which users have which role, so that it stands in their next access token. Telling it twice is telling it once. */
export class RoleCourier {
  constructor(
    private readonly http: InternalHttp,
    private readonly log: EventLog,
  ) {}

  /** @throws PeerUnavailable while auth is away: the outbox comes again */
  async deliver(entries: readonly OutboxEntry[]): Promise<void> {
    for (const entry of entries) await this.#tell(SetRole.parse(entry.payload));
  }

  async #tell(role: SetRole): Promise<void> {
    try {
      await this.http.call({ peer: 'auth', path: '/internal/users/role', body: role, answer: z.unknown() });
    } catch (error) {
      // The account was deleted meanwhile: there is nobody to tell about any more.
      if (!(error instanceof PeerRefusal) || error.status !== 404) throw error;
      this.log.warn('operator.unknown-to-auth', { userId: role.userId });
    }
  }
}
