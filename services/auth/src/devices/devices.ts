import type { PublishDeviceRequest, RevokeDevicesRequest, SessionInfo } from '@secureconnect/contracts/auth';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { readBundle, type Bundle } from '@secureconnect/contracts/signed/bundle';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { IdentityHints } from '../directory/identity-hints.js';
import type { Sessions } from '../sessions/sessions.js';
import type { DeviceRows } from '../store/device-rows.js';
import { admitDeviceCert, decidePublication } from './device-admission.js';
import { admitRevocations } from './revocation-admission.js';

/** Publishes device certificates, binds sessions to their devices, and takes devices away. */
export class Devices {
  constructor(
    private readonly rows: DeviceRows,
    private readonly sessions: Sessions,
    private readonly hints: IdentityHints,
  ) {}

  /**
   * Binds the caller's session to the device that the certificate names; repeating it changes nothing. Answers with the session's
   * new access token, which carries the device.
   * @throws Violation `session-ended`, `device-refused`, `too-many-devices`
   */
  async publish(
    caller: CallerIdentity,
    request: PublishDeviceRequest,
  ): Promise<{ session: SessionInfo; accessToken: string }> {
    await this.sessions.requireStanding(caller);
    const { userId, sessionId } = caller;
    const bundle = await this.#currentBundle(userId);
    const nowMs = Date.now();
    const cert = await admitDeviceCert(request.deviceCert, userId, bundle, nowMs);
    const deviceId = idToHex(cert.deviceId) as DeviceId;
    const { bundleVer } = bundle;
    const publication = { userId, deviceId, cert: cert.bytes, sessionId, bundleVer, nowMs };
    const outcome = await this.rows.publish(publication, (existing, devices) => {
      const result = decidePublication(cert, userId, existing, devices);
      return { store: result === 'published', result };
    });
    if (outcome === null) throw new Violation('session-ended');
    if (outcome.result !== 'published') throw new Violation(outcome.result);
    if (outcome.isNews) this.hints.changed(userId);
    return this.sessions.reissue(sessionId);
  }

  /**
   * Keeps revocations that the account signed, and ends the sessions of those devices; all or none. A device that is revoked already
   * keeps its first revocation.
   * @returns whether the caller's own session ended with them
   * @throws Violation `session-ended`, `revocation-refused`
   */
  async revoke(caller: CallerIdentity, request: RevokeDevicesRequest): Promise<boolean> {
    await this.sessions.requireStanding(caller);
    const { userId, sessionId } = caller;
    const bundle = await this.#currentBundle(userId);
    const nowMs = Date.now();
    const revocations = await admitRevocations(request.revocations, userId, bundle, nowMs);
    const { bundleVer } = bundle;
    const outcome = await this.rows.revoke({ userId, sessionId, bundleVer, revocations, nowMs });
    if (typeof outcome === 'string') throw new Violation(outcome);
    this.sessions.announceEnded(outcome.ended, 'revoked');
    if (outcome.isNews) this.hints.changed(userId);
    return outcome.ended.some((session) => session.sessionId === sessionId);
  }

  async #currentBundle(userId: UserId): Promise<Bundle> {
    const bundle = await this.rows.currentBundle(userId);
    if (bundle === null) throw new Violation('session-ended');
    return readBundle(bundle);
  }
}
