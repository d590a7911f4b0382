import {
  RegistrationState,
  type DecideRegistration,
  type NoQuestion,
  type RegistrationRequest,
} from '@secureconnect/contracts/registration';
import type { UserId } from '@secureconnect/contracts/ids';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerRefusal } from '@secureconnect/platform/internal-http/peer-errors';
import { Violation } from '@secureconnect/platform/problem/violation';
import type * as z from 'zod';
import type { Accountable } from '../audit/accountable.js';
import type { Deed } from '../audit/deed.js';

/** Whether new accounts are made: auth knows, operators decide. */
export class Registration {
  constructor(
    private readonly http: InternalHttp,
    private readonly accountable: Accountable,
  ) {}

  /** @throws PeerUnavailable while auth is away */
  state(): Promise<RegistrationState> {
    const body: z.infer<typeof NoQuestion> = {};
    return this.http.call({ peer: 'auth', path: '/internal/registration/state', body, answer: RegistrationState });
  }

  /** @throws Violation `forbidden` while the machine's setting says what holds; PeerUnavailable while auth is away */
  async decide(actor: UserId, { mode, reason }: RegistrationRequest): Promise<RegistrationState> {
    // It is done to the server, and concerns nobody; an entry names somebody all the same.
    const action = mode === 'open' ? 'registration.open' : 'registration.close';
    const deed: Deed = { actor, action, target: actor, concerns: null, amount: null, reason };
    const body: DecideRegistration = { mode };
    try {
      return await this.accountable.perform(deed, () =>
        this.http.call({ peer: 'auth', path: '/internal/registration', body, answer: RegistrationState }),
      );
    } catch (error) {
      if (error instanceof PeerRefusal && error.status === 403) throw new Violation('forbidden');
      throw error;
    }
  }
}
