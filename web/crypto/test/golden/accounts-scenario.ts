import { resetAccount } from '@secureconnect/crypto/identity/account';
import { acceptChangedKeys, pinIdentity } from '@secureconnect/crypto/identity/pin';
import { type VaultPre, vaultKek } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { formatRecoveryKey, newRecoveryKey, recoveryKek, recoverySecret } from '@secureconnect/crypto/kdf/recovery-key';
import { addRecoverySlot } from '@secureconnect/crypto/vault/change-slots';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import { renewVault } from '@secureconnect/crypto/vault/renew-vault';
import { NO_SETTINGS, withContact, withPreference, withReadUpTo } from '@secureconnect/crypto/vault/settings';
import { writeVault } from '@secureconnect/crypto/vault/write-vault';
import { deterministicPrimitives } from '../kit/deterministic.js';
import { hex } from '../kit/hex.js';
import { makePerson, NOW_MS } from '../kit/people.js';

/*
 * Alice gets a recovery key, names a device, accepts Bob's fresh start, and renews her vault because somebody knew her password: what
 * came to the protocol with that, from one seed. Frozen like `scenario.ts`.
 */
export async function playAccounts() {
  const { primitives: p, useRsaKey } = await deterministicPrimitives('SecureConnect golden structures, accounts');
  useRsaKey(0);
  const alice = await makePerson(p, 'alice');
  useRsaKey(1);
  const bob = await makePerson(p, 'bob');
  const bobAgain = await resetAccount(p, { username: 'bob', before: bob.identity, nowMs: NOW_MS + 10 });

  const kekOf = (fill: number) =>
    vaultKek(p, {
      vaultPre: new Uint8Array(32).fill(fill) as VaultPre,
      serverShare: new Uint8Array(32).fill(fill),
      userId: alice.userId,
    });
  const kdfParams = newKdfParams(p);
  const kek = await kekOf(1);
  const first = await createVault(p, { kek, kdfParams, newAccount: alice });
  const recoveryKey = newRecoveryKey(p);
  const withSlot = await addRecoverySlot(p, first.opened, {
    opener: { slot: 'password', kek, kdfParams },
    kek: await recoveryKek(p, { recoveryKey, userId: alice.userId }),
  });
  const pin = acceptChangedKeys(pinIdentity(bob.identity, NOW_MS), bobAgain.identity, NOW_MS + 20);
  const device = hex(alice.device.deviceId);
  const contacts = withContact(NO_SETTINGS, hex(bob.userId), 'accepted', device);
  const written = await writeVault(p, withSlot.opened, {
    pins: [pin],
    ownDevices: [{ deviceId: alice.device.deviceId, name: 'Läptop', browser: 'Firefox on Linux', createdAtMs: NOW_MS }],
    groupMarks: [
      { groupId: bob.device.deviceId, seq: 5, head: bob.identity.pin, epoch: 2, epochHash: alice.identity.pin },
    ],
    settings: withReadUpTo(withPreference(contacts, 'typing', false, device), hex(bob.device.deviceId), 41),
  });
  useRsaKey(2);
  const renewedParams = newKdfParams(p);
  const renewed = await renewVault(p, written.opened, {
    kek: await kekOf(2),
    kdfParams: renewedParams,
    recoveryKek: null,
    username: 'alice',
    identity: alice.identity,
    nowMs: NOW_MS + 30,
  });
  const parts = {
    userId: alice.userId,
    recovery: {
      key: recoveryKey,
      text: await formatRecoveryKey(p, recoveryKey),
      secret: await recoverySecret(p, { recoveryKey, username: 'alice' }),
    },
    bobAgain: { bundles: [bob.bundle, bobAgain.bundle], userId: bob.userId },
    withSlot: { header: withSlot.put.header, head: withSlot.put.head },
    written: written.put,
    contents: written.opened.items.filter(({ type }) => type > 3).map(({ type, content }) => ({ type, content })),
    renewed: { ...renewed.put, bundle: renewed.bundle, kdfParams: renewedParams },
  };
  const text = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? hex(value) : value);
  return JSON.parse(JSON.stringify(parts, text)) as object;
}
