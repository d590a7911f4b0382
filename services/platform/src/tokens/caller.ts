import type { AccessClaims } from '@secureconnect/contracts/auth';
import type { DeviceId, Role, SessionId, UserId } from '@secureconnect/contracts/ids';

/** Who a verified access token speaks for. */
export interface CallerIdentity {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** null until the session is bound to a device. */
  readonly deviceId: DeviceId | null;
  readonly role: Role;
  /** When the access token ends. */
  readonly expiresAtMs: number;
}

export function callerOf(claims: AccessClaims): CallerIdentity {
  return {
    userId: claims.sub,
    sessionId: claims.sid,
    deviceId: claims.did ?? null,
    role: claims.role,
    expiresAtMs: claims.exp * 1000,
  };
}
