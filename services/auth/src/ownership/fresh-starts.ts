import type { PublicIdentity, ResetIdentityRequest, ResetRequest } from '@secureconnect/contracts/auth';
import type { DeviceId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { readBundle } from '@secureconnect/contracts/signed/bundle';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { LoggedIn } from '../accounts/accounts.js';
import { admitKdfParams } from '../accounts/kdf-bounds.js';
import type { LoginTries } from '../accounts/login-tries.js';
import type { PasswordVerifier } from '../accounts/password-verifier.js';
import { admitDeviceCert } from '../devices/device-admission.js';
import type { Directory } from '../directory/directory.js';
import type { IdentityHints } from '../directory/identity-hints.js';
import { admitNextBundle } from '../directory/next-bundle.js';
import { refuseBanned } from '../sessions/refuse-banned.js';
import { newSession, type Sessions } from '../sessions/sessions.js';
import type { Account, AccountRows } from '../store/account-rows.js';
import type { DeviceRows } from '../store/device-rows.js';
import type { OwnershipRows } from '../store/ownership-rows.js';
import type { LoginProof } from '../store/session-rows.js';
import { admitFirstVault } from '../vaults/vault-rules.js';
import type { ResetCodes } from './reset-codes.js';

interface Proven {
  readonly account: Account;
  readonly proof: LoginProof;
  readonly codeHash: string | null;
}

/** Starting fresh: an account whose keys are lost gets others, openly, under its old name. */
export class FreshStarts {
  constructor(
    private readonly rows: OwnershipRows,
    private readonly accounts: AccountRows,
    private readonly devices: DeviceRows,
    private readonly sessions: Sessions,
    private readonly codes: ResetCodes,
    private readonly tries: LoginTries,
    private readonly verifier: PasswordVerifier,
    private readonly hints: IdentityHints,
    private readonly directory: Directory,
    private readonly log: EventLog,
  ) {}

  /**
   * @throws Violation `credentials-refused` for a wrong password, a wrong, used or expired code and a name that nobody has alike, after the
   *   same work; `locked-out`, `account-banned`, `invalid-request`, `identity-refused`, `device-refused`, `too-many-devices`, `vault-refused`
   */
  async reset(request: ResetRequest, address: string): Promise<LoggedIn> {
    const { account, proof, codeHash } = await this.#prove(request, address);
    const { userId, username } = account;
    const nowMs = Date.now();
    const current = await this.devices.currentBundle(userId);
    if (current === null) throw new Violation('credentials-refused');
    const before = readBundle(current);
    const kdfParams = admitKdfParams(request.kdfParams);
    const succession = { userId, username, before, keyChanges: ['reset'] as const, nowMs };
    const bundle = await admitNextBundle(request.bundle, succession);
    const cert = await admitDeviceCert(request.deviceCert, userId, bundle, nowMs);
    const vault = await admitFirstVault(request.vault, userId, kdfParams, bundle.ed25519);
    const deviceId = idToHex(cert.deviceId) as DeviceId;
    const session = newSession(account, deviceId, nowMs);
    const credentials = {
      kdfParams: request.kdfParams,
      verifier: await this.verifier.make(request.authSecret),
      serverShare: request.serverShare,
    };
    const outcome = await this.rows.startFresh(
      {
        ...{ userId, proof, codeHash, credentials, vault, bundle, session, nowMs },
        bundleVer: before.bundleVer,
        device: { deviceId, cert: cert.bytes },
      },
      LIMITS.devicesPerAccountMax,
    );
    if (typeof outcome === 'string') throw new Violation(outcome);
    this.log.warn('account.started-fresh', { userId, byCode: codeHash !== null, sessionsEnded: outcome.ended.length });
    this.sessions.announceEnded(outcome.ended, 'revoked');
    this.hints.changed(userId);
    return { ...(await this.sessions.issue(account, session)), serverShare: request.serverShare };
  }

  /**
   * What is published of somebody who may start fresh and has no session to ask with: the new bundle has to follow it. A code is not used up.
   * @throws Violation `credentials-refused` as `reset`, `account-banned`
   */
  async identity(request: ResetIdentityRequest, address: string): Promise<PublicIdentity> {
    const { account } = await this.#prove(request, address);
    return this.directory.byId(account.userId);
  }

  async #prove({ username, proof }: ResetIdentityRequest, address: string): Promise<Proven> {
    const proven = await this.tries.guarded<Proven>({ name: username, address }, async () => {
      const account = await this.accounts.byUsername(username);
      if ('resetCode' in proof) {
        const codeHash = await this.codes.check(account?.userId ?? null, proof.resetCode);
        return account !== null && codeHash !== null ? { account, proof: {}, codeHash } : null;
      }
      const matches = await this.verifier.matches(proof.authSecret, account === null ? null : account.verifier);
      return account !== null && matches ? { account, proof: { verifier: account.verifier }, codeHash: null } : null;
    });
    refuseBanned(proven.account);
    return proven;
  }
}
