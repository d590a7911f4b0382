import type { OwnerProof } from '@secureconnect/contracts/auth';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { PasswordVerifier } from '../accounts/password-verifier.js';
import type { Account } from '../store/account-rows.js';
import type { LoginProof } from '../store/session-rows.js';

/** Whether the person at a signed-in device is the account's owner: who has the cookies alone changes nothing of it. */
export class OwnerProofs {
  constructor(private readonly verifier: PasswordVerifier) {}

  /**
   * One bcrypt comparison in every case, also for a recovery key that the account does not have.
   * @returns what the proof was checked against: it must still be stored when the change is
   * @throws Violation `credentials-refused`
   */
  async check(account: Account, proof: OwnerProof): Promise<LoginProof> {
    if ('authSecret' in proof) {
      if (!(await this.verifier.matches(proof.authSecret, account.verifier)))
        throw new Violation('credentials-refused');
      return { verifier: account.verifier };
    }
    const { recoveryVerifier } = account;
    const matches = await this.verifier.matches(proof.recoverySecret, recoveryVerifier);
    if (recoveryVerifier === null || !matches) throw new Violation('credentials-refused');
    return { recoveryVerifier };
  }
}
