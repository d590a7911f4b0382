import type { DeviceId } from '@secureconnect/contracts/ids';
import type { Outcome, Self } from '../views.js';

/** A device of the account. Names and browsers come from the vault: the server knows neither. */
export interface DeviceView {
  /** For a session that belongs to no device of the account, as when somebody asked the server without a messenger: the session's id. */
  readonly deviceId: DeviceId;
  /** What the person or the browser called it; null for a device of which the vault knows nothing: worth a look. */
  readonly name: string | null;
  readonly addedAtMs: number;
  /** To the minute; null where the server gives no session for it. */
  readonly lastSeenAtMs: number | null;
  readonly current: boolean;
  readonly revokedAtMs: number | null;
}

/** What a person shares with the people in the chats. Kept in the vault, the same on all devices. */
export interface PrivacySettings {
  readonly readReceipts: boolean;
  readonly typing: boolean;
  readonly presence: boolean;
}

/** What a signed-in person does with the account; PROTOCOL 2 to 4. */
export interface AccountActs {
  /** Whether a recovery key is set; null while the server does not answer. */
  hasRecoveryKey(): Promise<boolean | null>;
  /**
   * Makes a recovery key and gives it to be shown once: Crockford base32 in groups, with a checksum. Nothing is set before it is
   * typed back. A key made before and not confirmed is forgotten. @returns refused `credentials-refused` for a wrong password
   */
  makeRecoveryKey(password: string): Promise<Outcome<string>>;
  /** Sets the key that `makeRecoveryKey` gave, typed back by the person. Refused `recovery-key-mistyped`; `recovery-key-forgotten` after a reload. */
  confirmRecoveryKey(typed: string): Promise<Outcome<null>>;
  /**
   * Opens the account with the recovery key, from outside, and sets a new password. Refused `recovery-key-mistyped` before anything
   * is sent where the checksum does not hold, `credentials-refused` for another account's key.
   */
  recover(input: {
    readonly username: string;
    readonly recoveryKey: string;
    readonly newPassword: string;
  }): Promise<Outcome<Self>>;
  /**
   * Starts fresh under the same name, from outside: new keys, seen by all contacts; what was written to the old keys stays closed.
   * By the password (the vault does not open), or by a code that an operator handed over.
   */
  startFresh(input: {
    readonly username: string;
    readonly proof: { readonly password: string } | { readonly code: string };
    readonly newPassword: string;
  }): Promise<Outcome<Self>>;
  /**
   * Changes the password; done only after the new vault was read back and opened (T-19). `known`: somebody knew the old one: all keys
   * that the vault seals are made or sealed anew and every other device is revoked.
   */
  changePassword(input: {
    readonly current: string;
    readonly next: string;
    readonly known: boolean;
  }): Promise<Outcome<null>>;
  /** Own devices with a session or a certificate, this one first, then by falling `lastSeenAtMs`; revoked ones last. */
  devices(): Promise<Outcome<readonly DeviceView[]>>;
  /** 1 to 64 characters. */
  renameDevice(deviceId: DeviceId, name: string): Promise<Outcome<null>>;
  /** Signs that these devices (or all others) are no longer the account's; their sessions end. */
  revokeDevices(devices: readonly DeviceId[] | 'others'): Promise<Outcome<null>>;
  privacy(): Promise<PrivacySettings>;
  setPrivacy(settings: PrivacySettings): Promise<Outcome<null>>;
}
