import type { AccountActs, DeviceView, PrivacySettings } from '@secureconnect/client/acts/account-acts';
import type { SafetyCode, SafetyMatch, TrustActs, TrustEntry } from '@secureconnect/client/acts/trust-acts';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import type { Outcome, Peer, Self, Trust } from '@secureconnect/client/messenger';

import { RECOVERY_KEY, SAFETY_DIGITS } from '../spoken.js';
import { ScriptedSession } from './scripted-session';
import { ok } from './scripted-stage';
import { idOf, SELF } from './world';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** The part of the script that is about the account and about trust. */
export abstract class ScriptedOwner extends ScriptedSession implements AccountActs, TrustActs {
  #recoveryKey: 'none' | 'shown' | 'set' = 'none';
  #privacy: PrivacySettings = { readReceipts: true, typing: true, presence: true };
  #devices: DeviceView[] = [
    { ...device(0), name: 'Chrome on Linux', lastSeenAtMs: Date.now(), current: true },
    ...this.world.deviceNames.map((name, index) => ({
      ...device(index + 1),
      name,
      lastSeenAtMs: Date.now() - (index === 0 ? 90 * MINUTE_MS : index * DAY_MS),
    })),
  ];
  readonly #history = new Map<UserId, TrustEntry[]>();

  /** Of a person, everywhere. */
  protected abstract setTrust(userId: UserId, trust: Trust): Peer;

  async hasRecoveryKey(): Promise<boolean | null> {
    return (await this.asked('hasRecoveryKey')) === null ? this.#recoveryKey === 'set' : null;
  }

  makeRecoveryKey(): Promise<Outcome<string>> {
    return this.unless('makeRecoveryKey', () => {
      this.#recoveryKey = 'shown';
      return ok(RECOVERY_KEY);
    });
  }

  confirmRecoveryKey(typed: string): Promise<Outcome<null>> {
    return this.unless('confirmRecoveryKey', () => {
      if (this.#recoveryKey !== 'shown') return { ok: false, code: 'recovery-key-forgotten' };
      if (bare(typed) !== bare(RECOVERY_KEY)) return { ok: false, code: 'recovery-key-mistyped' };
      this.#recoveryKey = 'set';
      return ok(null);
    });
  }

  async recover({ username, recoveryKey }: Parameters<AccountActs['recover']>[0]): Promise<Outcome<Self>> {
    if (bare(recoveryKey) !== bare(RECOVERY_KEY)) return { ok: false, code: 'recovery-key-mistyped' };
    return this.enter('recover', username, ['asking-server', 'opening-vault', 'adding-device', 'sealing-vault']);
  }

  startFresh({ username }: Parameters<AccountActs['startFresh']>[0]): Promise<Outcome<Self>> {
    return this.enter('startFresh', username, ['deriving-keys', 'asking-server', 'making-keys', 'sealing-vault']);
  }

  changePassword({ known }: Parameters<AccountActs['changePassword']>[0]): Promise<Outcome<null>> {
    return this.unless('changePassword', () => {
      if (known) this.#revoke(({ current }) => !current);
      if (known) this.#recoveryKey = 'none';
      return ok(null);
    });
  }

  devices(): Promise<Outcome<readonly DeviceView[]>> {
    return this.unless('devices', () => ok(this.#devices));
  }

  renameDevice(deviceId: DeviceId, name: string): Promise<Outcome<null>> {
    return this.unless('renameDevice', () => {
      this.#devices = this.#devices.map((held) => (held.deviceId === deviceId ? { ...held, name } : held));
      return ok(null);
    });
  }

  revokeDevices(devices: readonly DeviceId[] | 'others'): Promise<Outcome<null>> {
    return this.unless('revokeDevices', () => {
      this.#revoke(({ current, deviceId }) => (devices === 'others' ? !current : devices.includes(deviceId)));
      return ok(null);
    });
  }

  async privacy(): Promise<PrivacySettings> {
    await this.asked('privacy');
    return this.#privacy;
  }

  setPrivacy(settings: PrivacySettings): Promise<Outcome<null>> {
    return this.unless('setPrivacy', () => {
      this.#privacy = settings;
      return ok(null);
    });
  }

  safetyCode(): Promise<Outcome<SafetyCode>> {
    return this.unless('safetyCode', () => ok({ digits: SAFETY_DIGITS, qr: new Uint8Array(100).fill(7) }));
  }

  /** The first byte says how it ends: 7 the peer's code, 8 other keys, 9 other people. */
  compareSafetyCode(userId: UserId, scanned: Uint8Array): Promise<Outcome<SafetyMatch>> {
    return this.unless('compareSafetyCode', () => {
      const verdicts: Record<number, SafetyMatch> = { 7: 'match', 8: 'mismatch', 9: 'other-people' };
      const verdict = verdicts[scanned[0] ?? 0] ?? 'not-a-code';
      if (verdict === 'match') this.#decide(userId, 'verified', 'code');
      return ok(verdict);
    });
  }

  markVerified(userId: UserId): Promise<Outcome<Peer>> {
    return this.unless('markVerified', () => ok(this.#decide(userId, 'verified', 'number')));
  }

  unmarkVerified(userId: UserId): Promise<Outcome<Peer>> {
    return this.unless('unmarkVerified', () => ok(this.#decide(userId, 'unverified', null)));
  }

  acceptNewKeys(userId: UserId): Promise<Outcome<Peer>> {
    return this.unless('acceptNewKeys', () => ok(this.setTrust(userId, 'first-use')));
  }

  async trustHistory(userId: UserId): Promise<readonly TrustEntry[]> {
    await this.asked('trustHistory');
    const first: TrustEntry = { atMs: Date.now() - 7 * DAY_MS, what: 'first-use', method: null };
    return [first, ...(this.#history.get(userId) ?? [])];
  }

  #decide(userId: UserId, what: 'verified' | 'unverified', method: TrustEntry['method']): Peer {
    this.#history.set(userId, [...(this.#history.get(userId) ?? []), { atMs: Date.now(), what, method }]);
    return this.setTrust(userId, what === 'verified' ? 'verified' : 'first-use');
  }

  #revoke(chosen: (device: DeviceView) => boolean): void {
    this.#devices = this.#devices.map((held) =>
      chosen(held) ? { ...held, revokedAtMs: Date.now(), lastSeenAtMs: null } : held,
    );
  }
}

const bare = (text: string): string => text.toUpperCase().replaceAll(/[\s-]/g, '');

function device(number: number): Omit<DeviceView, 'name' | 'lastSeenAtMs'> {
  const deviceId = number === 0 ? SELF.deviceId : (idOf('device', number) as DeviceId);
  return { deviceId, addedAtMs: Date.now() - (number + 1) * DAY_MS, current: false, revokedAtMs: null };
}
