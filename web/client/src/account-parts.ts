import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { MessengerDeps } from './deps.js';
import type { EventHub } from './event-hub.js';
import type { AuthApi } from './http/auth-api.js';
import type { HttpDoor } from './http/http-door.js';
import type { BanView, SessionEnd } from './messenger.js';
import type { SessionRecord } from './session/account-home.js';
import type { DeviceMemory } from './session/device-memory.js';

/** What a signed-in account is made of that outlives it. */
export interface AccountParts {
  readonly deps: MessengerDeps;
  readonly primitives: Primitives;
  readonly events: EventHub;
  readonly door: HttpDoor;
  readonly auth: AuthApi;
  readonly memory: DeviceMemory;
  /** The server has ended the session; `ban`: with `banned`. */
  readonly ended: (by: SessionEnd, ban?: BanView) => void;
  readonly changed: (record: SessionRecord) => void;
}
