import type { DeviceId, SessionId, UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';
import { IsNull, type EntityManager } from 'typeorm';
import { insertDevice, insertRevocations, type SignedRevocation } from './device-rows.js';
import { unbanned } from './bans.js';
import { AccountRow } from './entities/account.js';
import { BundleRow } from './entities/bundle.js';
import { DeviceRow } from './entities/device.js';
import { ResetCodeRow } from './entities/reset-code.js';
import {
  endSessions,
  insertSession,
  readSession,
  updateSession,
  type LoginProof,
  type NewSession,
  type Session,
} from './session-rows.js';
import { replaceVault, swapVault, type NewVault, type SwapRule } from './vault-rows.js';

/** Bundles of an account, ever: each is needed for what was sealed and signed under it. */
export const BUNDLES_MAX = 64;

/** A bundle that follows another one. */
export interface NextBundle {
  readonly bundleVer: number;
  readonly bytes: Uint8Array;
}

/** What was true when a change was verified, and must still be true when it is stored. */
export interface Footing {
  readonly userId: UserId;
  /** What the owner's proof was checked against. */
  readonly proof: LoginProof;
  /** Version of the newest bundle. */
  readonly bundleVer: number;
  readonly nowMs: number;
}

export interface Credentials {
  readonly kdfParams: string;
  readonly verifier: string;
  readonly serverShare: string;
}

export interface PasswordChange extends Footing {
  readonly sessionId: SessionId;
  readonly credentials: Credentials;
  /** The new vault has no recovery slot: a recovery secret would open nothing. */
  readonly dropsRecovery: boolean;
  readonly bundle: NextBundle | null;
  readonly revocations: readonly SignedRevocation[];
  readonly endOtherSessions: boolean;
}

export interface FreshStart extends Footing {
  readonly credentials: Credentials;
  readonly vault: NewVault;
  readonly bundle: NextBundle;
  readonly device: { readonly deviceId: DeviceId; readonly cert: Uint8Array };
  readonly session: NewSession;
  /** Hash of the code that was shown; null when the password was. */
  readonly codeHash: string | null;
}

export interface ResetCode {
  readonly codeHash: string;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
  readonly madeBy: UserId;
}

/** Why nothing was stored. */
type Refused =
  | 'session-ended'
  | 'credentials-refused'
  | 'vault-conflict'
  | 'vault-refused'
  | 'identity-refused'
  | 'revocation-refused'
  | 'device-refused'
  | 'too-many-devices';

/** Undoes a transaction and says why. */
class Refusal extends Error {
  constructor(readonly code: Refused) {
    super(code);
  }
}

/** Changes of what makes somebody an account's owner, each one transaction: password, recovery key, a fresh start. */
export class OwnershipRows {
  constructor(private readonly store: Store) {}

  /**
   * New password, vault, and what comes with them. The caller's session goes on under a token two generations newer, so that no copy of
   * an older one has a grace.
   */
  changePassword(
    change: PasswordChange,
    rule: SwapRule<'swapped' | 'already' | 'vault-conflict' | 'vault-refused'>,
  ): Promise<{ readonly session: Session; readonly ended: Session[] } | Refused> {
    const { userId, sessionId, credentials, nowMs } = change;
    return this.#all(async (manager) => {
      const session = await requireSession(manager, sessionId, userId);
      await requireProof(manager, change);
      const swap = await swapVault(manager, userId, rule);
      if (swap !== 'swapped') throw new Refusal(swap === 'already' ? 'vault-conflict' : swap);
      await requireBundle(manager, change);
      await manager.update(
        AccountRow,
        { userId },
        { ...credentials, ...(change.dropsRecovery ? { recoveryVerifier: null } : {}) },
      );
      await manager.delete(ResetCodeRow, { userId });
      if (change.bundle !== null) await insertBundle(manager, userId, change.bundle);
      if ((await insertRevocations(manager, userId, change.revocations)) === null)
        throw new Refusal('revocation-refused');
      const devices = change.revocations.map(({ deviceId }) => deviceId);
      const choice = change.endOtherSessions ? {} : { devices };
      const ended = await endSessions(manager, userId, { ...choice, except: sessionId }, nowMs);
      const renewed = { generation: session.generation + 2, rotatedAtMs: nowMs };
      await updateSession(manager, sessionId, renewed);
      return { session: { ...session, ...renewed }, ended };
    });
  }

  /** Sets or takes away the recovery secret, with the vault. Repeating it changes nothing. */
  setRecovery(
    change: Footing & { readonly sessionId: SessionId; readonly recoveryVerifier: string | null },
    rule: SwapRule<'swapped' | 'already' | 'vault-conflict' | 'vault-refused'>,
  ): Promise<'stored' | Refused> {
    const { userId, recoveryVerifier } = change;
    return this.#all<'stored'>(async (manager) => {
      await requireSession(manager, change.sessionId, userId);
      await requireProof(manager, change);
      const swap = await swapVault(manager, userId, rule);
      if (swap !== 'swapped' && swap !== 'already') throw new Refusal(swap);
      await manager.update(AccountRow, { userId }, { recoveryVerifier });
      return 'stored';
    });
  }

  /** Other account keys, another vault, one device; the old bundles and certificates stay readable, and nothing else of before counts. */
  startFresh(start: FreshStart, devicesMax: number): Promise<{ readonly ended: Session[] } | Refused> {
    const { userId, credentials, device, nowMs } = start;
    return this.#all(async (manager) => {
      await requireProof(manager, start);
      await requireBundle(manager, start);
      if (start.codeHash !== null) {
        const used = await manager.delete(ResetCodeRow, { userId, codeHash: start.codeHash });
        if (used.affected !== 1) throw new Refusal('credentials-refused');
      }
      await manager.delete(ResetCodeRow, { userId });
      if (await manager.existsBy(DeviceRow, { deviceId: device.deviceId })) throw new Refusal('device-refused');
      if ((await manager.countBy(DeviceRow, { userId })) >= devicesMax) throw new Refusal('too-many-devices');
      await manager.update(AccountRow, { userId }, { ...credentials, recoveryVerifier: null });
      await insertBundle(manager, userId, start.bundle);
      await manager.update(DeviceRow, { userId }, { superseded: 1 });
      await insertDevice(manager, { userId, ...device, nowMs });
      await replaceVault(manager, userId, start.vault);
      const ended = await endSessions(manager, userId, {}, nowMs);
      await insertSession(manager, start.session);
      return { ended };
    });
  }

  /** Stores a code in the place of the one before. @returns whether there is such a user */
  async putResetCode(userId: UserId, code: ResetCode): Promise<boolean> {
    return this.store.writes.run(async (manager) => {
      if (!(await manager.existsBy(AccountRow, { userId, deletedAtMs: IsNull() }))) return false;
      await manager.delete(ResetCodeRow, { userId });
      await manager.insert(ResetCodeRow, { userId, ...code });
      return true;
    });
  }

  /** The hash of the code that counts now. */
  async resetCodeHash(userId: UserId, nowMs: number): Promise<string | null> {
    const row = await this.store.reads.findOneBy(ResetCodeRow, { userId });
    return row !== null && row.expiresAtMs > nowMs ? row.codeHash : null;
  }

  async #all<T>(job: (manager: EntityManager) => Promise<T>): Promise<T | Refused> {
    try {
      return await this.store.writes.run(job);
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }
}

async function requireSession(manager: EntityManager, sessionId: SessionId, userId: UserId): Promise<Session> {
  const session = await readSession(manager, sessionId);
  if (session?.endedAtMs !== null || session.userId !== userId) throw new Refusal('session-ended');
  return session;
}

async function requireProof(manager: EntityManager, { userId, proof }: Footing): Promise<void> {
  const isTheirs = await manager.existsBy(AccountRow, unbanned({ userId, ...proof }, Date.now()));
  if (!isTheirs) throw new Refusal('credentials-refused');
}

async function requireBundle(manager: EntityManager, { userId, bundleVer }: Footing): Promise<void> {
  const newest = await manager.maximum(BundleRow, 'bundleVer', { userId });
  if (newest !== bundleVer) throw new Refusal('identity-refused');
}

async function insertBundle(manager: EntityManager, userId: UserId, bundle: NextBundle): Promise<void> {
  if (bundle.bundleVer > BUNDLES_MAX) throw new Refusal('identity-refused');
  await manager.insert(BundleRow, { userId, bundleVer: bundle.bundleVer, bytes: Buffer.from(bundle.bytes) });
}
