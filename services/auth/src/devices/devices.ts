import type { PublishDeviceRequest, SessionInfo } from '@secureconnect/contracts/auth';
import type { DeviceId } from '@secureconnect/contracts/ids';
import { readBundle } from '@secureconnect/contracts/signed/bundle';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { Sessions } from '../sessions/sessions.js';
import type { DeviceRows } from '../store/device-rows.js';
import { admitDeviceCert, decidePublication } from './device-admission.js';

/** Publishes device certificates and binds sessions to their devices. */
export class Devices {
  constructor(
    private readonly rows: DeviceRows,
    private readonly sessions: Sessions,
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
    const bundle = await this.rows.currentBundle(caller.userId);
    if (bundle === null) throw new Violation('session-ended');
    const nowMs = Date.now();
    const cert = await admitDeviceCert(request.deviceCert, caller.userId, readBundle(bundle), nowMs);
    const deviceId = idToHex(cert.deviceId) as DeviceId;
    const publication = { userId: caller.userId, deviceId, cert: cert.bytes, sessionId: caller.sessionId, nowMs };
    const outcome = await this.rows.publish(publication, (existing, devices) => {
      const result = decidePublication(cert, caller.userId, existing, devices);
      return { store: result === 'published', result };
    });
    if (outcome !== 'published') throw new Violation(outcome);
    return this.sessions.reissue(caller.sessionId);
  }
}
