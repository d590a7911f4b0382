import { createHmac } from 'node:crypto';
import { type IceServer, TURN_LIFETIME_MS } from '@secureconnect/contracts/calls';
import type { CallId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import type { Secret } from '@secureconnect/platform/config/secret';

export interface IceSetup {
  /** stun: and stuns: addresses. */
  readonly stunUrls: readonly string[];
  /** turn: and turns: addresses of one relay. */
  readonly turnUrls: readonly string[];
  /** coturn's `static-auth-secret`; null where there is no relay. */
  readonly secret: Secret | null;
}

/**
 * Servers for one device in one call, with credentials that live `TURN_LIFETIME_MS` ("TURN REST API", draft-uberti-behave-turn-rest-00;
 * coturn's `use-auth-secret`). The relay sees no user id: the name is a pseudonym of this device in this call, by the same secret, so that
 * its quota counts for each device of a call.
 */
export function iceServersFor(
  setup: IceSetup,
  device: { readonly callId: CallId; readonly userId: UserId; readonly deviceId: DeviceId },
  nowMs: number,
): { readonly iceServers: IceServer[]; readonly relays: boolean; readonly expiresAtMs: number } {
  const expiresAtS = Math.floor((nowMs + TURN_LIFETIME_MS) / 1_000);
  const iceServers: IceServer[] = [];
  if (setup.stunUrls.length > 0) iceServers.push({ urls: [...setup.stunUrls] });
  const { secret, turnUrls } = setup;
  const relays = secret !== null && turnUrls.length > 0;
  if (relays) {
    const { callId, userId, deviceId } = device;
    const name = createHmac('sha256', secret.reveal()).update(`relay ${callId} ${userId} ${deviceId}`).digest('hex');
    const username = `${String(expiresAtS)}:${name.slice(0, 32)}`;
    const credential = createHmac('sha1', secret.reveal()).update(username).digest('base64');
    iceServers.push({ urls: [...turnUrls], username, credential });
  }
  return { iceServers, relays, expiresAtMs: expiresAtS * 1_000 };
}
