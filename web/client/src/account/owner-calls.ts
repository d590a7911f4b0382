import type { UserId } from '@secureconnect/contracts/ids';
import type { AccountActs, DeviceView, PrivacySettings } from '../acts/account-acts.js';
import type { SafetyCode, SafetyMatch, TrustActs, TrustEntry } from '../acts/trust-acts.js';
import { peerView } from '../directory/peer-view.js';
import type { Outcome, Peer, Self } from '../messenger.js';
import { outcomeOf } from '../refusal.js';
import { recover } from '../session/recover.js';
import type { SignedIn, SignInParts } from '../session/sign-in.js';
import { startFresh } from '../session/start-fresh.js';
import type { SignedInAccount } from '../signed-in-account.js';
import { privacyOf, withPrivacy } from './privacy.js';

/** What the messenger offers about the account itself and about trust in others. */
export abstract class OwnerCalls implements AccountActs, TrustActs {
  /** @throws Refusal `session-ended` */
  protected abstract need(): SignedInAccount;
  protected abstract enter(work: (parts: SignInParts) => Promise<SignedIn>): Promise<Self>;

  recover(input: Parameters<AccountActs['recover']>[0]): Promise<Outcome<Self>> {
    return outcomeOf(async () => this.enter((parts) => recover(parts, input)));
  }

  startFresh(input: Parameters<AccountActs['startFresh']>[0]): Promise<Outcome<Self>> {
    return outcomeOf(async () => this.enter((parts) => startFresh(parts, input)));
  }

  async hasRecoveryKey(): Promise<boolean | null> {
    const isSet = await outcomeOf(async () => this.need().recoveryKeys.isSet());
    return isSet.ok ? isSet.value : null;
  }

  makeRecoveryKey(password: string): Promise<Outcome<string>> {
    return outcomeOf(async () => this.need().recoveryKeys.make(password));
  }

  confirmRecoveryKey(typed: string): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().recoveryKeys.confirm(typed));
  }

  changePassword(input: Parameters<AccountActs['changePassword']>[0]): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().passwords.change(input));
  }

  devices(): Promise<Outcome<readonly DeviceView[]>> {
    return outcomeOf(async () => this.need().ownDevices.list());
  }

  renameDevice(...[deviceId, name]: Parameters<AccountActs['renameDevice']>): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().ownDevices.rename(deviceId, name));
  }

  revokeDevices(devices: Parameters<AccountActs['revokeDevices']>[0]): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().ownDevices.revoke(devices));
  }

  async privacy(): Promise<PrivacySettings> {
    return privacyOf(this.need().settings.current);
  }

  setPrivacy(privacy: PrivacySettings): Promise<Outcome<null>> {
    return outcomeOf(async () => {
      await this.need().settings.change((settings, deviceId) => withPrivacy(settings, privacy, deviceId));
      return null;
    });
  }

  safetyCode(userId: UserId): Promise<Outcome<SafetyCode>> {
    return outcomeOf(async () => {
      const { digits, code } = await this.need().trust.number(userId);
      return { digits, qr: code };
    });
  }

  compareSafetyCode(userId: UserId, scanned: Uint8Array): Promise<Outcome<SafetyMatch>> {
    return outcomeOf(async () => this.need().trust.compare(userId, scanned));
  }

  markVerified(userId: UserId): Promise<Outcome<Peer>> {
    return outcomeOf(async () => peerView(userId, await this.need().trust.markVerified(userId)));
  }

  unmarkVerified(userId: UserId): Promise<Outcome<Peer>> {
    return outcomeOf(async () => peerView(userId, await this.need().trust.unmarkVerified(userId)));
  }

  async trustHistory(userId: UserId): Promise<readonly TrustEntry[]> {
    return this.need().trust.history(userId);
  }
}
