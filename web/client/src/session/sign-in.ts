import type { LoginAnswer, SessionInfo } from '@secureconnect/contracts/auth';
import { toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { DeviceId, Username } from '@secureconnect/contracts/ids';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import type { VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { makeDevice, type NewDevice } from '@secureconnect/crypto/identity/device';
import type { Account } from '@secureconnect/crypto/identity/keys';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { SealedVault } from '@secureconnect/crypto/vault/head';
import type { OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import type { MessengerDeps } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import type { AuthApi } from '../http/auth-api.js';
import type { SessionStep } from '../messenger.js';
import { Refusal } from '../refusal.js';
import { keepVault } from '../vault/vault-keeper.js';
import { type AccountHome, type DeviceRecord, type SessionRecord } from './account-home.js';
import type { DeviceMemory } from './device-memory.js';

/** What signing up and logging in need. */
export interface SignInParts {
  readonly deps: MessengerDeps;
  readonly primitives: Primitives;
  readonly auth: AuthApi;
  readonly memory: DeviceMemory;
  readonly events: EventHub;
  readonly step: (step: SessionStep) => void;
}

/** An account on this device with its session and its opened vault. */
export interface SignedIn {
  readonly home: AccountHome;
  readonly record: SessionRecord;
  readonly opened: OpenedVault;
}

export interface Finishing {
  readonly username: Username;
  readonly kdfParams: Bytes;
  readonly identity: VerifiedIdentity;
  readonly session: SessionInfo;
  readonly home: AccountHome;
  readonly sealed: SealedVault;
  readonly opened: OpenedVault;
}

export async function makeOwnDevice(primitives: Primitives, account: Account, nowMs: number): Promise<NewDevice> {
  return makeDevice(primitives, { account, nowMs });
}

export function deviceRecord({ deviceId, cert }: NewDevice): DeviceRecord {
  return { deviceId: idToHex(deviceId) as DeviceId, cert: toBase64Url(cert) };
}

/** Keeps everything that a reload needs, and what a later log-in is measured by. */
export async function finishSignIn({ memory }: SignInParts, finishing: Finishing): Promise<SignedIn> {
  const { username, kdfParams, identity, session, home, sealed, opened } = finishing;
  const { userId, role, sessionId, accessExpiresAtMs } = session;
  const record: SessionRecord = {
    userId,
    username,
    role,
    sessionId,
    accessExpiresAtMs,
    deviceId: home.device.deviceId,
  };
  await keepVault({ home, memory }, sealed, opened);
  await memory.rememberAccount(username, { userId, kdfParams, pin: toHex(identity.pin) });
  await home.saveSession(record);
  await memory.setCurrent({ userId, endedBy: null, sessionId });
  return { home, record, opened };
}

/** The server may only answer for the account that was asked for, and for the device that was published. @throws Refusal */
export function checkAnswer(
  events: EventHub,
  { session }: Pick<LoginAnswer, 'session'>,
  expected: Partial<Pick<SessionInfo, 'userId' | 'username' | 'deviceId'>>,
): void {
  const agrees =
    (expected.userId === undefined || expected.userId === session.userId) &&
    (expected.username === undefined || expected.username === session.username) &&
    (expected.deviceId === undefined || expected.deviceId === session.deviceId);
  if (agrees) return;
  events.alarm('server-answer-refused');
  throw new Refusal('server-answer-refused');
}

/** Refusals of key derivation as the messenger's. @throws what is not one */
export function derivationRefusal(error: unknown): Refusal {
  if (!(error instanceof CryptoError)) throw error;
  switch (error.code) {
    case 'kdf-refused':
    case 'kdf-unsupported':
    case 'kdf-lowered':
      return new Refusal('kdf-refused');
    case 'username-invalid':
      return new Refusal('invalid-username');
    case 'password-invalid':
      return new Refusal('credentials-refused');
    default:
      throw error;
  }
}
