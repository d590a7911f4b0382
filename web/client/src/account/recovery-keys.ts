import { toBase64Url } from '@secureconnect/contracts/encoding';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import {
  formatRecoveryKey,
  newRecoveryKey,
  recoveryKek,
  recoverySecret,
  type RecoveryKey,
} from '@secureconnect/crypto/kdf/recovery-key';
import { addRecoverySlot, hasRecoverySlot } from '@secureconnect/crypto/vault/change-slots';
import { unlockVaultWithRecoveryKey, type SlotOpener } from '@secureconnect/crypto/vault/slots';
import { isFormatFailure } from '../directory/known-user.js';
import { Refusal } from '../refusal.js';
import { provePassword, type ProofParts } from '../session/owner-proof.js';
import { readRecoveryKey } from '../session/typed-recovery-key.js';
import type { VaultKeeper } from '../vault/vault-keeper.js';
import { changeToWire } from '../vault/vault-wire.js';

export interface RecoveryParts extends ProofParts {
  readonly vault: VaultKeeper;
}

interface Shown {
  readonly recoveryKey: RecoveryKey;
  readonly opener: SlotOpener;
  readonly authSecret: string;
}

/** Makes the account's recovery key: shown once, set only when it was typed back (PROTOCOL 2.8, 3.13). It is in memory alone, and only until then. */
export class RecoveryKeys {
  readonly #parts: RecoveryParts;
  #shown: Shown | null = null;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Whether a recovery key opens the vault *and* proves itself to the server. @throws Refusal */
  async isSet(): Promise<boolean> {
    const { access, auth, vault } = this.#parts;
    const { hasRecoveryKey } = await access.use(() => auth.me());
    return hasRecoveryKey && hasRecoverySlot(vault.opened);
  }

  /** @returns the key as a person writes it down. @throws Refusal `credentials-refused` */
  async make(password: string): Promise<string> {
    const { primitives, vault } = this.#parts;
    this.#shown = null;
    await vault.reload();
    const { kdfParams } = vault.opened.header;
    const { authSecret, kek } = await provePassword(this.#parts, { password, kdfParams: kdfParams.bytes });
    const recoveryKey = newRecoveryKey(primitives);
    this.#shown = { recoveryKey, authSecret, opener: { slot: 'password', kek, kdfParams: kdfParams.bytes } };
    return formatRecoveryKey(primitives, recoveryKey);
  }

  /** @throws Refusal `recovery-key-mistyped`, `recovery-key-forgotten` */
  async confirm(typed: string): Promise<null> {
    const { access, auth, primitives, vault } = this.#parts;
    const shown = this.#shown;
    if (shown === null) throw new Refusal('recovery-key-forgotten');
    const { recoveryKey, opener, authSecret } = shown;
    if (!sameBytes(await readRecoveryKey(primitives, typed), recoveryKey)) throw new Refusal('recovery-key-mistyped');
    const { userId, username } = access.record;
    const kek = await recoveryKek(primitives, { recoveryKey, userId: idFromHex(userId) });
    const secret = toBase64Url(await recoverySecret(primitives, { recoveryKey, username }));
    await vault.step(
      async (held) => {
        try {
          return await addRecoverySlot(primitives, held, { opener, kek });
        } catch (error) {
          // The password has changed since the key was shown.
          if (error instanceof CryptoError && error.code === 'vault-refused') throw this.#forget();
          throw error;
        }
      },
      async ({ put }) => {
        const proof = { authSecret };
        await access.use(() => auth.setRecovery({ proof, recoverySecret: secret, vault: changeToWire(put) }));
      },
    );
    await this.#readBack(recoveryKey);
    this.#shown = null;
    return null;
  }

  #forget(): Refusal {
    this.#shown = null;
    return new Refusal('recovery-key-forgotten');
  }

  /** The vault that the server has now opens to the key. */
  async #readBack(recoveryKey: RecoveryKey): Promise<void> {
    const { access, events, primitives, vault } = this.#parts;
    const userId = idFromHex(access.record.userId);
    await vault.reload();
    try {
      const kek = await recoveryKek(primitives, { recoveryKey, userId });
      await unlockVaultWithRecoveryKey(primitives, { header: vault.opened.header.bytes, userId, kek });
      if (await this.isSet()) return;
    } catch (error) {
      if (!isFormatFailure(error)) throw error;
    }
    events.alarm('server-answer-refused', { userId: access.record.userId });
    throw new Refusal('server-answer-refused');
  }
}
