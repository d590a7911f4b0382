import type { LoginRequest, PreloginAnswer, RecoverRequest, RegisterRequest } from '@secureconnect/contracts/auth';
import type { DeviceId, Username } from '@secureconnect/contracts/ids';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import { admitDeviceCert } from '../devices/device-admission.js';
import { admitFirstBundle } from '../directory/first-bundle.js';
import type { IdentityHints } from '../directory/identity-hints.js';
import { refuseBanned } from '../sessions/refuse-banned.js';
import { newSession, type IssuedSession, type Sessions } from '../sessions/sessions.js';
import type { Account, AccountRows } from '../store/account-rows.js';
import { admitFirstVault } from '../vaults/vault-rules.js';
import type { FalseParams } from './false-params.js';
import { admitKdfParams } from './kdf-bounds.js';
import type { LoginTries } from './login-tries.js';
import type { Registration } from './registration.js';
import type { PasswordVerifier } from './password-verifier.js';

/** An issued session, and the share that only a correct login gets. */
export interface LoggedIn extends IssuedSession {
  readonly serverShare: string;
}

/** Registration and login. */
export class Accounts {
  constructor(
    private readonly rows: AccountRows,
    private readonly sessions: Sessions,
    private readonly verifier: PasswordVerifier,
    private readonly falseParams: FalseParams,
    private readonly tries: LoginTries,
    private readonly hints: IdentityHints,
    private readonly log: EventLog,
    private readonly registration: Registration,
  ) {}

  /** For an unknown user the same shape by the same work. */
  prelogin(username: Username): PreloginAnswer {
    const falseParams = this.falseParams.of(username);
    return { kdfParams: this.rows.kdfParamsOf(username) ?? falseParams };
  }

  /**
   * Stores account, vault, bundle, device and first session together, after all of it was verified.
   * @throws Violation `registration-closed`, `invalid-request`, `identity-refused`, `device-refused`, `vault-refused`, `username-taken`, `user-id-taken`
   */
  async register(request: RegisterRequest, address: string): Promise<LoggedIn> {
    if (this.registration.state.mode === 'closed') throw new Violation('registration-closed');
    const nowMs = Date.now();
    const { userId, username } = request;
    const kdfParams = admitKdfParams(request.kdfParams);
    const bundle = await admitFirstBundle(request.bundle, userId, username, nowMs);
    const deviceCert = await admitDeviceCert(request.deviceCert, userId, bundle, nowMs);
    const vault = await admitFirstVault(request.vault, userId, kdfParams, bundle.ed25519);
    // Saves the expensive hash where the answer is known; what counts is asked again in the transaction.
    if ((await this.rows.byUsername(username)) !== null) throw new Violation('username-taken');
    const account: Account = {
      userId,
      username,
      email: request.email,
      role: 'user',
      kdfParams: request.kdfParams,
      verifier: await this.verifier.make(request.authSecret),
      recoveryVerifier: null,
      ban: null,
      serverShare: request.serverShare,
      joinedAtMs: nowMs,
    };
    const deviceId = idToHex(deviceCert.deviceId) as DeviceId;
    const session = newSession(account, deviceId, nowMs);
    const taken = await this.rows.create({
      account,
      bundle: bundle.bytes,
      deviceId,
      deviceCert: deviceCert.bytes,
      vault,
      session,
    });
    if (taken !== null) throw new Violation(taken);
    this.log.info('account.registered', { userId });
    this.hints.changed(userId);
    await this.tries.know({ name: username, address });
    return {
      ...(await this.sessions.issue(account, session)),
      serverShare: account.serverShare,
    };
  }

  /** @throws Violation `credentials-refused` for an unknown user and a wrong secret alike, after the same work; `locked-out`, `account-banned` */
  async login(request: LoginRequest, address: string): Promise<LoggedIn> {
    const { username, authSecret } = request;
    const account = await this.tries.guarded({ name: username, address }, async () => {
      const found = await this.rows.byUsername(username);
      return (await this.verifier.matches(authSecret, found === null ? null : found.verifier)) ? found : null;
    });
    refuseBanned(account);
    const issued = await this.sessions.begin(account, { verifier: account.verifier });
    this.log.info('session.began', { userId: account.userId, sessionId: issued.session.sessionId });
    return { ...issued, serverShare: account.serverShare };
  }

  /**
   * A login with the recovery key.
   * @throws Violation `credentials-refused` for an unknown user, a wrong key and an account without one alike, after the same work;
   *   `locked-out`, `account-banned`
   */
  async recover(request: RecoverRequest, address: string): Promise<IssuedSession> {
    const { username, recoverySecret } = request;
    const { account, recoveryVerifier } = await this.tries.guarded({ name: username, address }, async () => {
      const found = await this.rows.byUsername(username);
      const stored = found?.recoveryVerifier ?? null;
      const matches = await this.verifier.matches(recoverySecret, stored);
      return found !== null && stored !== null && matches ? { account: found, recoveryVerifier: stored } : null;
    });
    refuseBanned(account);
    const issued = await this.sessions.begin(account, { recoveryVerifier });
    this.log.info('session.began-by-recovery', { userId: account.userId, sessionId: issued.session.sessionId });
    return issued;
  }
}
