import { CryptoError } from '@secureconnect/crypto/crypto-error';
import { parseRecoveryKey, type RecoveryKey } from '@secureconnect/crypto/kdf/recovery-key';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { Refusal } from '../refusal.js';

/** What a person typed as a recovery key. @throws Refusal `recovery-key-mistyped` */
export async function readRecoveryKey(primitives: Primitives, typed: string): Promise<RecoveryKey> {
  try {
    return await parseRecoveryKey(primitives, typed);
  } catch (error) {
    if (error instanceof CryptoError) throw new Refusal('recovery-key-mistyped');
    throw error;
  }
}
