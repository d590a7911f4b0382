import { preference, withPreference, type PreferenceName, type Settings } from '@secureconnect/crypto/vault/settings';
import type { PrivacySettings } from '../acts/account-acts.js';

const NAMES: readonly PreferenceName[] = ['readReceipts', 'typing', 'presence'];

/** What the account's devices have agreed to tell. */
export function privacyOf(settings: Settings): PrivacySettings {
  return {
    readReceipts: preference(settings, 'readReceipts'),
    typing: preference(settings, 'typing'),
    presence: preference(settings, 'presence'),
  };
}

/** Only what differs is a decision: another device may have decided about the rest. */
export function withPrivacy(settings: Settings, privacy: PrivacySettings, deviceId: string): Settings {
  return NAMES.filter((name) => privacy[name] !== preference(settings, name)).reduce(
    (changed, name) => withPreference(changed, name, privacy[name], deviceId),
    settings,
  );
}
