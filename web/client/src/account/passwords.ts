import { toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { DeviceId } from '@secureconnect/contracts/ids';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import { makeRevocation } from '@secureconnect/crypto/identity/device';
import type { VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { changePassword } from '@secureconnect/crypto/vault/change-slots';
import type { OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import { renewVault } from '@secureconnect/crypto/vault/renew-vault';
import { unlockVault } from '@secureconnect/crypto/vault/slots';
import type { VaultStep } from '@secureconnect/crypto/vault/write-vault';
import type { Directory } from '../directory/directory.js';
import type { Clock } from '../deps.js';
import { isFormatFailure } from '../directory/known-user.js';
import { Refusal } from '../refusal.js';
import { checkNewPassword } from '../session/credentials.js';
import type { DeviceMemory } from '../session/device-memory.js';
import { newPasswordKeys, provePassword, type PasswordKeys, type ProofParts } from '../session/owner-proof.js';
import type { VaultKeeper } from '../vault/vault-keeper.js';
import { changeToWire } from '../vault/vault-wire.js';

export interface PasswordParts extends ProofParts {
  readonly vault: VaultKeeper;
  readonly directory: Directory;
  readonly memory: DeviceMemory;
  readonly clock: Clock;
  readonly random: (count: number) => Bytes;
}

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
  /** Somebody knew the old one. */
  readonly known: boolean;
}

interface PasswordStep extends VaultStep {
  readonly bundle: Bytes | null;
  readonly identity: VerifiedIdentity | null;
  readonly revoked: readonly DeviceId[];
  readonly revocations: readonly Bytes[];
}

/** Changes the password of whoever is signed in (PROTOCOL 3.12). */
export class Passwords {
  readonly #parts: PasswordParts;

  constructor(parts: PasswordParts) {
    this.#parts = parts;
  }

  /** @throws Refusal */
  async change({ current, next, known }: PasswordChange): Promise<null> {
    const { access, auth, directory, memory, primitives, random, vault } = this.#parts;
    const { userId } = access.record;
    const { username } = access.record;
    checkNewPassword(next, username);
    await vault.reload();
    const old = await provePassword(this.#parts, {
      password: current,
      kdfParams: vault.opened.header.kdfParams.bytes,
    });
    const keys = await newPasswordKeys(primitives, random, { userId, username, password: next });
    const { authSecret, kdfParams, serverShare } = keys;
    const make = known
      ? (held: OpenedVault) => this.#renew(held, keys)
      : (held: OpenedVault) => this.#reseal(held, old, keys);
    const taken = await vault.step(make, async ({ put, bundle, revocations }) => {
      const { session } = await access.use(() =>
        auth.changePassword({
          proof: { authSecret: old.authSecret },
          ...{ kdfParams: toBase64Url(kdfParams), authSecret, serverShare },
          vault: changeToWire(put),
          bundle: bundle && toBase64Url(bundle),
          revocations: revocations.map(toBase64Url),
          endOtherSessions: known,
        }),
      );
      await access.adopt(session);
    });
    await this.#readBack(next, kdfParams, serverShare);
    const self = await directory.fetch(userId);
    const identity = self.accepted!.identity;
    if (known) await this.#checkNobodyElse(taken!, identity);
    await memory.rememberAccount(username, { userId, kdfParams, pin: toHex(identity.pin) });
    return null;
  }

  /** The same master key under the new password. */
  async #reseal(held: OpenedVault, old: PasswordKeys, keys: PasswordKeys): Promise<PasswordStep> {
    const { primitives } = this.#parts;
    const opener = { slot: 'password', kek: old.kek, kdfParams: old.kdfParams } as const;
    const { kek, kdfParams } = keys;
    try {
      const step = await changePassword(primitives, held, { opener, kek, kdfParams });
      return { ...step, bundle: null, identity: null, revoked: [], revocations: [] };
    } catch (error) {
      // Another device has changed the password meanwhile: what was typed as the old one is no longer it.
      if (error instanceof CryptoError && error.code === 'vault-refused') throw new Refusal('credentials-refused');
      throw error;
    }
  }

  /** Other keys for whatever comes, and nobody else's device. */
  async #renew(held: OpenedVault, { kek, kdfParams }: PasswordKeys): Promise<PasswordStep> {
    const { access, clock, directory, primitives } = this.#parts;
    const { deviceId, userId, username } = access.record;
    const own = (await directory.fetch(userId)).accepted!;
    const nowMs = clock.nowMs();
    const renewed = await renewVault(primitives, held, {
      ...{ kek, kdfParams, recoveryKek: null, username, identity: own.identity, nowMs },
    });
    const devices = (await own.devices()).map((device) => idToHex(device.deviceId) as DeviceId);
    const revoked = devices.filter((id) => id !== deviceId && own.revokedAtMs(id) === null);
    const { account } = renewed.opened;
    const revocations = await Promise.all(
      revoked.map((id) => makeRevocation(primitives, { account, deviceId: idFromHex(id), nowMs })),
    );
    return { ...renewed, revoked, revocations };
  }

  /** The server has the new vault, opens it to the new password, and to nothing else (THREATS 19). */
  async #readBack(password: string, kdfParams: Bytes, serverShare: string): Promise<void> {
    const { access, auth, events, primitives, vault } = this.#parts;
    const { userId } = access.record;
    try {
      const proven = await provePassword(this.#parts, { password, kdfParams });
      await vault.reload();
      const { header, mark } = vault.opened;
      const onServer = await access.use(() => auth.vault());
      if (onServer.seq < mark.seq || proven.serverShare !== serverShare) throw new Refusal('server-answer-refused');
      const { kek } = proven;
      await unlockVault(primitives, { header: header.bytes, userId: idFromHex(userId), kek, kdfParams });
    } catch (error) {
      const isLie =
        isFormatFailure(error) ||
        (error instanceof Refusal && !['offline', 'unavailable', 'throttled'].includes(error.code));
      if (!isLie) throw error;
      events.alarm('server-answer-refused', { userId });
      throw new Refusal('server-answer-refused');
    }
  }

  /** The new keys are what contacts see, other devices are revoked, and no other session is left (THREATS 20). */
  async #checkNobodyElse(taken: PasswordStep, published: VerifiedIdentity): Promise<void> {
    const { access, auth, directory, events } = this.#parts;
    const { userId } = access.record;
    const own = (await directory.entry(userId)).accepted!;
    const { sessions } = await access.use(() => auth.sessions());
    const holds =
      toHex(published.current.hash) === toHex(taken.identity!.current.hash) &&
      taken.revoked.every((id) => own.revokedAtMs(id) !== null) &&
      sessions.every(({ current }) => current);
    if (holds) return;
    events.alarm('server-answer-refused', { userId });
    throw new Refusal('server-answer-refused');
  }
}
