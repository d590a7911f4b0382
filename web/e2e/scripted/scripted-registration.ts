import type { RegistrationRequest, RegistrationState } from '@secureconnect/contracts/registration';
import type { Outcome } from '@secureconnect/client/messenger';

import { ok } from './scripted-stage';
import { ScriptedStatistics } from './scripted-statistics';

/** The part of the script that is about whether new accounts are made. */
export abstract class ScriptedRegistration extends ScriptedStatistics {
  #state: RegistrationState = { mode: 'open', isFixed: false };

  async registration(): Promise<Outcome<RegistrationState>> {
    return (await this.asked('registration')) ?? ok(this.#state);
  }

  async decideRegistration({ mode }: RegistrationRequest): Promise<Outcome<RegistrationState>> {
    const refused = await this.asked('decideRegistration');
    if (refused) return refused;
    this.#state = { ...this.#state, mode };
    return ok(this.#state);
  }

  /** The machine's own setting says so. */
  fixRegistration(mode: RegistrationState['mode']): void {
    this.#state = { mode, isFixed: true };
  }
}
