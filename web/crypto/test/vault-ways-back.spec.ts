import type { Bytes, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { readVaultHeader, SLOT_TYPES } from '@secureconnect/contracts/signed/vault';
import { openEnvelope } from '@secureconnect/crypto/envelope/open';
import { makeEncryptionKeys, matchAccount, resetAccount } from '@secureconnect/crypto/identity/account';
import { supersededAtMs, verifyIdentity } from '@secureconnect/crypto/identity/directory';
import { comparePin, pinIdentity } from '@secureconnect/crypto/identity/pin';
import { type VaultKek, type VaultPre, vaultKek } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { newRecoveryKey, recoveryKek, type RecoveryKek } from '@secureconnect/crypto/kdf/recovery-key';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import {
  addRecoverySlot,
  changePassword,
  hasRecoverySlot,
  removeRecoverySlot,
} from '@secureconnect/crypto/vault/change-slots';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import type { SealedVault } from '@secureconnect/crypto/vault/head';
import type { VaultStep } from '@secureconnect/crypto/vault/write-vault';
import { openVault, type OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import { renewVault } from '@secureconnect/crypto/vault/renew-vault';
import { NO_SETTINGS, withContact } from '@secureconnect/crypto/vault/settings';
import { unlockVault, unlockVaultWithRecoveryKey } from '@secureconnect/crypto/vault/slots';
import { writeVault } from '@secureconnect/crypto/vault/write-vault';
import { flipped, hex } from './kit/hex.js';
import { makePerson, NOW_MS, type Person, reading, seal } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

interface Password {
  readonly kek: VaultKek;
  readonly kdfParams: Bytes;
}

let alice: Person;
let bob: Person;
let password: Password;
let recovery: RecoveryKek;
let first: { vault: SealedVault; opened: OpenedVault };
/** The vault with a recovery slot, a pin and settings. */
let full: { vault: SealedVault; opened: OpenedVault };

async function newPassword(fill: number): Promise<Password> {
  const vaultPre = new Uint8Array(32).fill(fill) as VaultPre;
  const kek = await vaultKek(p, { vaultPre, serverShare: new Uint8Array(32), userId: alice.userId });
  return { kek, kdfParams: newKdfParams(p) };
}
const newRecovery = () => recoveryKek(p, { recoveryKey: newRecoveryKey(p), userId: alice.userId });
const byPassword = (of: Password = password) => ({ slot: 'password', ...of }) as const;
const byRecovery = (kek: RecoveryKek = recovery) => ({ slot: 'recovery', kek }) as const;

/** What the server has after a step. */
function stored(before: SealedVault, { put }: VaultStep): SealedVault {
  const gone = new Set([...put.upserts.map(({ itemId }) => hex(itemId)), ...put.deletes.map(hex)]);
  const kept = before.items.filter(({ itemId }) => !gone.has(hex(itemId)));
  return { header: put.header, head: put.head, items: [...kept, ...put.upserts] };
}

async function taken(step: VaultStep, before: SealedVault) {
  return { vault: stored(before, step), opened: step.opened };
}

const unlock = (vault: SealedVault, of: Password) =>
  unlockVault(p, { header: vault.header, userId: alice.userId, ...of });
const unlockByRecovery = (vault: SealedVault, kek: RecoveryKek = recovery) =>
  unlockVaultWithRecoveryKey(p, { header: vault.header, userId: alice.userId, kek });
const open = async (vault: SealedVault, vaultKey: Awaited<ReturnType<typeof unlock>>) =>
  openVault(p, { vault, userId: alice.userId, vaultKey });

beforeAll(async () => {
  [alice, bob] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob')]);
  password = await newPassword(1);
  recovery = await newRecovery();
  first = await createVault(p, { ...password, newAccount: alice });
  const withSlot = await addRecoverySlot(p, first.opened, { opener: byPassword(), kek: recovery });
  full = await taken(withSlot, first.vault);
  const groupMark = { groupId: bob.userId, seq: 3, head: bob.identity.pin, epoch: 2, epochHash: bob.identity.pin };
  const ledgerMark = {
    ...{ publicKey: bob.identity.pin, hash: bob.identity.pin, signature: p.randomBytes(64) as FixedBytes<64> },
    ...{ line: 7, balance: -3, atMs: NOW_MS },
  };
  const written = await writeVault(p, full.opened, {
    pins: [pinIdentity(bob.identity, NOW_MS)],
    settings: withContact(NO_SETTINGS, hex(bob.userId), 'accepted', hex(alice.device.deviceId)),
    groupMarks: [groupMark],
    ledgerMarks: [ledgerMark],
    ownDevices: [{ deviceId: alice.device.deviceId, name: 'Laptop', browser: '', createdAtMs: NOW_MS }],
  });
  full = await taken(written, full.vault);
});

describe('a recovery key', () => {
  it('opens the same vault as the password', async () => {
    const again = await open(full.vault, await unlockByRecovery(full.vault));
    expect(again.mark).toEqual((await open(full.vault, await unlock(full.vault, password))).mark);
    expect([hasRecoverySlot(first.opened), hasRecoverySlot(again)]).toEqual([false, true]);
  });

  it('opens nothing that is not its own: another key, another user, no slot', async () => {
    expect(await refusalOf(async () => unlockByRecovery(full.vault, await newRecovery()))).toBe('vault-refused');
    expect(await refusalOf(() => unlockByRecovery(first.vault))).toBe('vault-refused');
    const asBob = { header: full.vault.header, userId: bob.userId, kek: recovery };
    expect(await refusalOf(() => unlockVaultWithRecoveryKey(p, asBob))).toBe('vault-refused');
  });

  it('[T-10] opens no slot in which a byte was changed, and no vault under a header in which one was', async () => {
    const { header } = full.vault;
    for (let index = 0; index < header.length; index++) {
      const altered = { ...full.vault, header: flipped(header, index, 1 << (index % 8)) };
      expect(await refusalOf(async () => open(altered, await unlockByRecovery(altered)))).toBe('vault-refused');
    }
  });

  it('opens no slot of another version or number', async () => {
    const { header } = full.vault;
    const [slotIdAt, paramsAt] = [172, 175];
    expect([header[170], header[paramsAt]]).toEqual([SLOT_TYPES.recovery, 1]);
    for (const index of [slotIdAt, paramsAt]) {
      expect(await refusalOf(() => unlockByRecovery({ ...full.vault, header: flipped(header, index, 2) }))).toBe(
        'vault-refused',
      );
    }
  });

  it('is replaced by the next one, and taken away', async () => {
    const other = await newRecovery();
    const replaced = await taken(
      await addRecoverySlot(p, full.opened, { opener: byPassword(), kek: other }),
      full.vault,
    );
    expect(await refusalOf(() => unlockByRecovery(replaced.vault))).toBe('vault-refused');
    expect((await open(replaced.vault, await unlockByRecovery(replaced.vault, other))).mark).toEqual(
      replaced.opened.mark,
    );
    const without = await taken(await removeRecoverySlot(p, full.opened), full.vault);
    expect(readVaultHeader(without.vault.header).slots.map(({ type }) => type)).toEqual([SLOT_TYPES.password]);
    expect((await open(without.vault, await unlock(without.vault, password))).pins).toHaveLength(1);
  });

  it('is added by the owner alone: a wrong password adds nothing', async () => {
    const wrong = { ...password, kek: (await newPassword(9)).kek };
    const attempt = () => addRecoverySlot(p, full.opened, { opener: byPassword(wrong), kek: recovery });
    expect(await refusalOf(attempt)).toBe('vault-refused');
  });
});

describe('a changed password', () => {
  it('opens what the old one opened, which opens nothing any more; the recovery key still does', async () => {
    const next = await newPassword(2);
    const after = await taken(await changePassword(p, full.opened, { opener: byPassword(), ...next }), full.vault);
    const read = await open(after.vault, await unlock(after.vault, next));
    expect(read).toMatchObject({ mark: after.opened.mark, pins: full.opened.pins });
    expect(await refusalOf(() => unlock(after.vault, password))).toBe('vault-refused');
    expect(await refusalOf(() => unlock(after.vault, { ...next, kek: password.kek }))).toBe('vault-refused');
    expect((await open(after.vault, await unlockByRecovery(after.vault))).mark).toEqual(read.mark);
  });

  it('is set with the recovery key when the old one is forgotten', async () => {
    const next = await newPassword(3);
    const after = await taken(await changePassword(p, full.opened, { opener: byRecovery(), ...next }), full.vault);
    expect((await open(after.vault, await unlock(after.vault, next))).mark).toEqual(after.opened.mark);
  });

  it('sends one slot and no item', async () => {
    const { put } = await changePassword(p, full.opened, { opener: byPassword(), ...(await newPassword(2)) });
    expect([put.upserts, put.deletes]).toEqual([[], []]);
  });

  it('[T-2] is refused with weak parameters, and without the old one', async () => {
    const next = await newPassword(4);
    const weak = next.kdfParams.slice();
    weak.set([0, 0, 0, 1], 1);
    const attempt = (change: object) => changePassword(p, full.opened, { opener: byPassword(), ...next, ...change });
    expect(await refusalOf(() => attempt({ kdfParams: weak }))).toBe('kdf-refused');
    expect(await refusalOf(() => attempt({ opener: byPassword(next) }))).toBe('vault-refused');
    const swapped = { slot: 'recovery', kek: password.kek };
    expect(await refusalOf(() => attempt({ opener: swapped }))).toBe('vault-refused');
  });
});

describe('a password that somebody knew', () => {
  const renew = (change: Partial<Parameters<typeof renewVault>[2]> = {}) =>
    newPassword(5).then((next) =>
      renewVault(p, full.opened, {
        ...next,
        recoveryKek: null,
        username: 'alice',
        identity: alice.identity,
        nowMs: NOW_MS + 9,
        ...change,
      }),
    );

  it('leaves nothing that the old master key opens, and all that the owner had', async () => {
    const next = await newPassword(6);
    const step = await renew({ ...next });
    const { vault } = await taken(step, full.vault);
    const oldIds = new Set(full.vault.items.map(({ itemId }) => hex(itemId)));
    expect(vault.items.some(({ itemId }) => oldIds.has(hex(itemId)))).toBe(false);
    expect(await refusalOf(() => open(vault, full.opened.vaultKey))).toBe('vault-refused');
    expect(await refusalOf(() => unlock(vault, password))).toBe('vault-refused');
    expect(await refusalOf(() => unlockByRecovery(vault))).toBe('vault-refused');
    const read = await open(vault, await unlock(vault, next));
    for (const part of ['pins', 'settings', 'ownDevices', 'groupMarks', 'ledgerMarks'] as const) {
      expect(read[part]).toEqual(full.opened[part]);
      expect(read[part]).not.toEqual([]);
    }
    expect(read.mark).toEqual(step.opened.mark);
    await expect(matchAccount(p, read.account, step.identity)).resolves.toBeUndefined();
    // the items are found again under their names: what is written next replaces, and adds nothing
    const again = await writeVault(p, read, { pins: read.pins });
    expect(again.opened.items).toHaveLength(read.items.length);
  });

  it('brings a new recovery key, if wanted', async () => {
    const other = await newRecovery();
    const { vault, opened } = await taken(await renew({ recoveryKek: other }), full.vault);
    expect((await open(vault, await unlockByRecovery(vault, other))).mark).toEqual(opened.mark);
  });

  it('brings a bundle of the same account keys, which contacts take without a question', async () => {
    const { identity, bundle } = await renew();
    expect(identity.current.bundle).toMatchObject({ bundleVer: 2, keyChange: 'none' });
    expect(comparePin(pinIdentity(alice.identity, NOW_MS), identity)).toBe('advanced');
    const read = await verifyIdentity(p, { ...alice, bundles: [alice.bundle, bundle], nowMs: NOW_MS });
    expect(read.current.recipient.bundleVer).toBe(2);
  });

  it('keeps the history open, and closes what comes later to who held the old keys', async () => {
    const { identity, opened } = await renew();
    const old = await seal(p, bob, alice);
    const later = await seal(p, bob, { ...alice, identity });
    const openAs = async (account: typeof alice.account, bytes: Uint8Array) =>
      openEnvelope(p, bytes, { ...(await reading(p, alice, bob)), reader: account });
    expect(await openAs(opened.account, old.bytes)).toMatchObject({ ok: true });
    expect(await openAs(opened.account, later.bytes)).toMatchObject({ ok: true });
    expect(await openAs(alice.account, later.bytes)).toMatchObject({ ok: false, reason: 'key-missing' });
  });

  it('is refused by a runtime that makes a public key apart from its private one', async () => {
    const { spki } = await p.rsaOaep.generate();
    const broken = {
      ...p,
      rsaOaep: { ...p.rsaOaep, generate: async () => ({ ...(await p.rsaOaep.generate()), spki }) },
    };
    expect(await refusalOf(() => makeEncryptionKeys(broken, 2))).toBe('identity-mismatch');
  });

  it('[T-12] is not answered over another published identity than the newest of the vault', async () => {
    const { identity, opened } = await renew();
    expect(await refusalOf(() => renew({ identity }))).toBe('identity-mismatch');
    await expect(matchAccount(p, opened.account, alice.identity)).rejects.toThrow('identity-mismatch');
  });
});

describe('a fresh start', () => {
  const reset = () => resetAccount(p, { username: 'alice', before: alice.identity, nowMs: NOW_MS + 100 });

  it('[T-39] has other keys, follows the bundle before, and every contact sees it', async () => {
    const { identity, account } = await reset();
    expect(identity.current.bundle).toMatchObject({ bundleVer: 2, keyChange: 'reset' });
    expect(identity.lastReset).toEqual({ bundleVer: 2, atMs: NOW_MS + 100 });
    expect(comparePin(pinIdentity(alice.identity, NOW_MS), identity)).toBe('changed');
    expect([supersededAtMs(identity, 1), supersededAtMs(identity, 2)]).toEqual([NOW_MS + 100, null]);
    await expect(matchAccount(p, account, identity)).resolves.toBeUndefined();
  });

  it('has a vault of its own, and the old keys match it no more', async () => {
    const fresh = await reset();
    const { opened } = await createVault(p, { ...(await newPassword(7)), newAccount: fresh });
    expect(opened.mark.seq).toBe(1);
    await expect(matchAccount(p, alice.account, fresh.identity)).rejects.toThrow('identity-mismatch');
    const mixed = { ...fresh.account, encryption: new Map([...alice.account.encryption, ...fresh.account.encryption]) };
    await expect(matchAccount(p, mixed, fresh.identity)).rejects.toThrow('identity-mismatch');
  });
});
