import type { OwnerProof } from '@secureconnect/contracts/auth';
import type { LoginTries } from '../accounts/login-tries.js';
import type { PasswordVerifier } from '../accounts/password-verifier.js';
import type { Account } from '../store/account-rows.js';
import type { LoginProof } from '../store/session-rows.js';

/** Whether the person at a signed-in device is the account's owner: who has the cookies alone changes nothing of it. */
export class OwnerProofs {
  constructor(
    private readonly verifier: PasswordVerifier,
    private readonly tries: LoginTries,
  ) {}

  /**
   * One bcrypt comparison in every case, also for a recovery key that the account does not have.
   * @returns what the proof was checked against: it must still be stored when the change is
   * @throws Violation `credentials-refused`, `locked-out`
   */
  check(account: Account, proof: OwnerProof, address: string): Promise<LoginProof> {
    return this.tries.guarded<LoginProof>({ name: account.username, address }, async () => {
      if ('authSecret' in proof) {
        const { verifier } = account;
        return (await this.verifier.matches(proof.authSecret, verifier)) ? { verifier } : null;
      }
      const { recoveryVerifier } = account;
      const matches = await this.verifier.matches(proof.recoverySecret, recoveryVerifier);
      return matches && recoveryVerifier !== null ? { recoveryVerifier } : null;
    });
  }
}
