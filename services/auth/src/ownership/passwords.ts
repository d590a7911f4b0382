import type { ChangePasswordRequest, SetRecoveryRequest, VaultPutAnswer } from '@secureconnect/contracts/auth';
import type { UserId } from '@secureconnect/contracts/ids';
import { readBundle, type Bundle } from '@secureconnect/contracts/signed/bundle';
import { SLOT_TYPES, type VaultHeader } from '@secureconnect/contracts/signed/vault';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { admitKdfParams } from '../accounts/kdf-bounds.js';
import type { PasswordVerifier } from '../accounts/password-verifier.js';
import { admitRevocations } from '../devices/revocation-admission.js';
import type { IdentityHints } from '../directory/identity-hints.js';
import { admitNextBundle } from '../directory/next-bundle.js';
import type { IssuedSession, Sessions } from '../sessions/sessions.js';
import type { Account, AccountRows } from '../store/account-rows.js';
import type { DeviceRows } from '../store/device-rows.js';
import type { OwnershipRows } from '../store/ownership-rows.js';
import { admitSignedVault, decideSwap } from '../vaults/vault-rules.js';
import type { OwnerProofs } from './owner-proofs.js';

const hasSlot = (header: VaultHeader, type: number) => header.slots.some((slot) => slot.type === type);

/** What an owner changes from a signed-in device: the password, the recovery key. Each together with the vault, or not at all. */
export class Passwords {
  constructor(
    private readonly rows: OwnershipRows,
    private readonly accounts: AccountRows,
    private readonly devices: DeviceRows,
    private readonly sessions: Sessions,
    private readonly proofs: OwnerProofs,
    private readonly verifier: PasswordVerifier,
    private readonly hints: IdentityHints,
    private readonly log: EventLog,
  ) {}

  /**
   * The caller's own session goes on, under new tokens. A vault without a recovery slot takes the recovery secret away.
   * @throws Violation `session-ended`, `credentials-refused`, `locked-out`, `invalid-request`, `identity-refused`, `revocation-refused`,
   *   `vault-refused`, `vault-conflict`, and then nothing has changed
   */
  async change(caller: CallerIdentity, request: ChangePasswordRequest, address: string): Promise<IssuedSession> {
    const { userId, sessionId } = caller;
    const { account, bundle: before } = await this.#owner(caller);
    const kdfParams = admitKdfParams(request.kdfParams);
    const proof = await this.proofs.check(account, request.proof, address);
    const nowMs = Date.now();
    const { username } = account;
    const bundle =
      request.bundle === null
        ? null
        : await admitNextBundle(request.bundle, { userId, username, before, keyChanges: ['none', 'co-signed'], nowMs });
    const keys = bundle ?? before;
    const revocations = await admitRevocations(request.revocations, userId, keys, nowMs);
    if (revocations.some(({ deviceId }) => deviceId === caller.deviceId)) throw new Violation('revocation-refused');
    const put = request.vault;
    const offered = await admitSignedVault({ ...put, items: put.upserts }, userId, keys.ed25519);
    if (!hasSlot(offered.header, SLOT_TYPES.password)) throw new Violation('vault-refused');
    const change = {
      ...{ userId, sessionId, proof, bundle, revocations, nowMs },
      bundleVer: before.bundleVer,
      credentials: {
        kdfParams: request.kdfParams,
        verifier: await this.verifier.make(request.authSecret),
        serverShare: request.serverShare,
      },
      dropsRecovery: !hasSlot(offered.header, SLOT_TYPES.recovery),
      endOtherSessions: request.endOtherSessions,
    };
    const outcome = await this.rows.changePassword(change, (stored, items) =>
      decideSwap(put, offered, stored, items, kdfParams.bytes),
    );
    if (typeof outcome === 'string') throw new Violation(outcome);
    this.log.info('account.password-changed', { userId, sessionsEnded: outcome.ended.length });
    this.sessions.announceEnded(outcome.ended, 'revoked');
    if (bundle !== null || revocations.length > 0) this.hints.changed(userId);
    return this.sessions.issue(account, outcome.session);
  }

  /**
   * The secret and the vault's recovery slot come and go together.
   * @throws Violation `session-ended`, `credentials-refused`, `locked-out`, `vault-refused`, `vault-conflict`, and then nothing has changed
   */
  async setRecovery(caller: CallerIdentity, request: SetRecoveryRequest, address: string): Promise<VaultPutAnswer> {
    const { userId, sessionId } = caller;
    const { account, bundle } = await this.#owner(caller);
    const proof = await this.proofs.check(account, request.proof, address);
    const { recoverySecret, vault: put } = request;
    const offered = await admitSignedVault({ ...put, items: put.upserts }, userId, bundle.ed25519);
    if (hasSlot(offered.header, SLOT_TYPES.recovery) !== (recoverySecret !== null))
      throw new Violation('vault-refused');
    const recoveryVerifier = recoverySecret === null ? null : await this.verifier.make(recoverySecret);
    const change = { userId, sessionId, proof, recoveryVerifier, bundleVer: bundle.bundleVer, nowMs: Date.now() };
    const outcome = await this.rows.setRecovery(change, (stored, items) => decideSwap(put, offered, stored, items));
    if (outcome !== 'stored') throw new Violation(outcome);
    this.log.info('account.recovery-set', { userId, present: recoverySecret !== null });
    return { seq: put.expectedSeq + 1 };
  }

  async #owner(caller: CallerIdentity): Promise<{ account: Account; bundle: Bundle }> {
    await this.sessions.requireStanding(caller);
    const userId: UserId = caller.userId;
    const account = await this.accounts.byUserId(userId);
    const bundle = await this.devices.currentBundle(userId);
    if (account === null || bundle === null) throw new Violation('session-ended');
    return { account, bundle: readBundle(bundle) };
  }
}
