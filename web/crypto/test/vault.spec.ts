import type { Bytes, Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { readVaultHeader, VAULT_ITEM_TYPES } from '@secureconnect/contracts/signed/vault';
import { pinIdentity } from '@secureconnect/crypto/identity/pin';
import { deriveFromPassword, vaultKek, type VaultKek, type VaultPre } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import { type SealedVault, signVaultHead } from '@secureconnect/crypto/vault/head';
import { makeVaultHeader, writtenSlot } from '@secureconnect/crypto/vault/header';
import { sealItem } from '@secureconnect/crypto/vault/items';
import { contactState, NO_SETTINGS, withContact, withPreference } from '@secureconnect/crypto/vault/settings';
import { openVault, type OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import { unlockVault, type VaultKey } from '@secureconnect/crypto/vault/slots';
import { writeVault, type VaultWrites } from '@secureconnect/crypto/vault/write-vault';
import { backEnds } from './kit/back-ends.js';
import { golden } from './kit/files.js';
import { flipped, hex, unhex } from './kit/hex.js';
import { makePerson, NOW_MS, type Person } from './kit/people.js';
import { refusalOf } from './kit/refusals.js';

interface FrozenVault {
  readonly header: string;
  readonly head: string;
  readonly items: readonly { readonly itemId: string; readonly bytes: string }[];
  readonly seq: number;
  readonly hash: string;
}
interface FrozenVaults {
  readonly password: string;
  readonly kdfParams: string;
  readonly serverShare: string;
  readonly userId: string;
  readonly firstSeen: FrozenVault;
  readonly withPin: FrozenVault;
}

let alice: Person;
let bob: Person;
let kek: VaultKek;
let kdfParams: Bytes;
let vault: SealedVault;
let opened: OpenedVault;

const kekOf = (person: Person, vaultPre: Uint8Array) =>
  vaultKek(p, { vaultPre: vaultPre as VaultPre, serverShare: new Uint8Array(32), userId: person.userId });

beforeAll(async () => {
  [alice, bob] = await Promise.all([makePerson(p, 'alice'), makePerson(p, 'bob')]);
  kdfParams = newKdfParams(p);
  kek = await kekOf(alice, new Uint8Array(32));
  ({ vault, opened } = await createVault(p, { kek, kdfParams, newAccount: alice }));
});

const unlock = (change: { header?: Uint8Array; userId?: Bytes16; kek?: VaultKek; kdfParams?: Uint8Array } = {}) =>
  unlockVault(p, { header: vault.header, userId: alice.userId, kek, kdfParams, ...change });

const open = (change: Partial<SealedVault> = {}, more: { userId?: Bytes16; vaultKey?: VaultKey } = {}) =>
  openVault(p, { vault: { ...vault, ...change }, userId: alice.userId, vaultKey: opened.vaultKey, ...more });

const openRefusal = (...given: Parameters<typeof open>) => refusalOf(() => open(...given));

/** What the server stores after a write. */
function merged(before: SealedVault, put: Awaited<ReturnType<typeof writeVault>>['put']): SealedVault {
  const gone = new Set([...put.upserts.map(({ itemId }) => hex(itemId)), ...put.deletes.map(hex)]);
  const kept = before.items.filter(({ itemId }) => !gone.has(hex(itemId)));
  return { header: put.header, head: put.head, items: [...put.upserts, ...kept] };
}

describe('a vault', () => {
  it('opens with the password half and the server half, and gives back the account', async () => {
    const vaultKey = await unlock();
    const again = await open({}, { vaultKey });
    expect(again.account.ed25519.publicKey).toEqual(alice.account.ed25519.publicKey);
    expect(again.mark).toEqual(opened.mark);
    expect(again.account.encryption.size).toBe(1);
  });

  it('opens again after a reload with the stored key alone, which nobody can read', async () => {
    const vaultKey = structuredClone(await unlock());
    expect(vaultKey.extractable).toBe(false);
    expect((await open({}, { vaultKey })).userId).toEqual(alice.userId);
  });

  for (const backEnd of backEnds) {
    it(`opens as frozen, before and after a pin was written (${backEnd.backEnd})`, async () => {
      const frozen = golden('vaults.json') as FrozenVaults;
      const userId = unhex(frozen.userId) as Bytes16;
      const params = unhex(frozen.kdfParams);
      const input = { username: 'alice', password: frozen.password, kdfParams: params };
      const { vaultPre } = await deriveFromPassword(backEnd, input);
      const frozenKek = await vaultKek(backEnd, { vaultPre, serverShare: unhex(frozen.serverShare), userId });
      for (const { header, head, items, seq, hash } of [frozen.firstSeen, frozen.withPin]) {
        const parts = {
          header: unhex(header),
          head: unhex(head),
          items: items.map(({ itemId, bytes }) => ({ itemId: unhex(itemId) as Bytes16, bytes: unhex(bytes) })),
        };
        const vaultKey = await unlockVault(backEnd, {
          header: parts.header,
          userId,
          kek: frozenKek,
          kdfParams: params,
        });
        const read = await openVault(backEnd, { vault: parts, userId, vaultKey });
        expect({ seq: read.mark.seq, hash: hex(read.mark.hash) }).toEqual({ seq, hash });
        expect(read.pins).toHaveLength(seq - 1);
      }
    });
  }

  it('does not open with another password, another user or other parameters', async () => {
    const others = [
      { kek: await kekOf(alice, new Uint8Array(32).fill(1)) },
      { kek: await kekOf(bob, new Uint8Array(32)) },
      { userId: bob.userId },
      { kdfParams: flipped(kdfParams, 20) },
    ];
    for (const other of others) expect(await refusalOf(() => unlock(other))).toBe('vault-refused');
  });

  it('[T-8] of another user does not open, not even under the same key', async () => {
    const bobs = await createVault(p, { kek, kdfParams, newAccount: bob });
    expect(await refusalOf(() => unlock({ header: bobs.vault.header }))).toBe('vault-refused');
    const renamed = new Uint8Array(bobs.vault.header);
    renamed.set(alice.userId, 5);
    expect(await refusalOf(() => unlock({ header: renamed }))).toBe('vault-refused');
    expect(await openRefusal(bobs.vault, { vaultKey: bobs.opened.vaultKey })).toBe('vault-refused');
  });

  it('[T-10] with any changed byte of its header does not unlock or does not open, with one code', async () => {
    for (let index = 0; index < vault.header.length; index++) {
      const header = flipped(vault.header, index);
      const attempt = async () => open({ header }, { vaultKey: await unlock({ header }) });
      expect(await refusalOf(attempt)).toBe('vault-refused');
    }
  });

  it('[T-10] with any changed byte of its head does not open', async () => {
    for (let index = 0; index < vault.head.length; index++) {
      expect(await openRefusal({ head: flipped(vault.head, index) })).toBe('vault-refused');
    }
  });

  it('[T-10] with any changed byte of an item does not open', async () => {
    for (const [which, item] of vault.items.entries()) {
      for (let index = 0; index < item.bytes.length; index += which === 0 ? 1 : 13) {
        const items = vault.items.with(which, { ...item, bytes: flipped(item.bytes, index) });
        expect(await openRefusal({ items })).toBe('vault-refused');
      }
    }
  });

  it('[T-10] that is cut short, grown or empty does not open', async () => {
    const [first] = vault.items;
    const broken: Partial<SealedVault>[] = [
      { header: new Uint8Array(0) },
      { header: vault.header.subarray(1) },
      { header: new Uint8Array([...vault.header, 0]) },
      { head: new Uint8Array([...vault.head, 0]) },
      { items: [] },
      { items: [first!] },
      { items: [...vault.items, first!] },
      { items: vault.items.map((item) => ({ ...item, itemId: first!.itemId })) },
    ];
    for (const change of broken) expect(await openRefusal(change)).toBe('vault-refused');
  });

  it('[T-13] of another version, without a password slot or with an unknown slot is refused', async () => {
    const version = flipped(vault.header, 4, 3);
    const slotType = 61 + 43;
    expect(readVaultHeader(vault.header).slots[0]!.type).toBe(1);
    expect(vault.header[slotType + 1]).toBe(1);
    const recovery = new Uint8Array(vault.header);
    recovery[slotType + 1] = 2;
    const unknown = new Uint8Array(vault.header);
    unknown[slotType + 1] = 4;
    for (const header of [version, recovery, unknown]) {
      expect(await refusalOf(() => unlock({ header }))).toBe('vault-refused');
    }
  });

  it('[T-15] with two items exchanged does not open', async () => {
    const [first, second] = vault.items;
    const swappedIds = [
      { itemId: second!.itemId, bytes: first!.bytes },
      { itemId: first!.itemId, bytes: second!.bytes },
    ];
    expect(await openRefusal({ items: swappedIds })).toBe('vault-refused');
    const swappedBodies = [first!, second!].map(({ itemId, bytes }, index) => {
      const other = [second!, first!][index]!.bytes;
      return { itemId, bytes: new Uint8Array([...bytes.subarray(0, 26), ...other.subarray(26)]) };
    });
    expect(await openRefusal({ items: swappedBodies })).toBe('vault-refused');
  });

  it('is refused when its head is signed by another account', async () => {
    const items = vault.items.map(({ bytes }) => bytes);
    const { head } = await signVaultHead(p, bob.account, { header: vault.header, items, seq: 1 });
    expect(await openRefusal({ head })).toBe('vault-refused');
  });

  it('is refused when its head names another number than its header', async () => {
    const items = vault.items.map(({ bytes }) => bytes);
    const { head } = await signVaultHead(p, alice.account, { header: vault.header, items, seq: 2 });
    expect(await openRefusal({ head })).toBe('vault-refused');
  });

  it('[T-12] whose account keys are not there, or there twice, is refused', async () => {
    const content = opened.items[0]!.content;
    const extra = await sealItem(p, opened, {
      type: VAULT_ITEM_TYPES.accountKeys,
      itemId: p.randomBytes(16) as Bytes16,
      itemVer: 1,
      content,
    });
    const items = [...vault.items, { itemId: extra.itemId, bytes: extra.sealed }];
    const sealed = items.map(({ bytes }) => bytes);
    const { head } = await signVaultHead(p, alice.account, { header: vault.header, items: sealed, seq: 1 });
    expect(await openRefusal({ items, head })).toBe('vault-refused');
    const without = [vault.items[1]!];
    const signed = await signVaultHead(p, alice.account, { header: vault.header, items: [without[0]!.bytes], seq: 1 });
    expect(await openRefusal({ items: without, head: signed.head })).toBe('vault-refused');
  });
});

describe('a vault that changes', () => {
  const write = (writes: VaultWrites, before = opened) => writeVault(p, before, writes);

  it('keeps pins, one for each peer', async () => {
    const pin = pinIdentity(bob.identity, NOW_MS);
    const first = await write({ pins: [pin] });
    const stored = merged(vault, first.put);
    expect(first.put.expectedSeq).toBe(1);
    expect((await open(stored)).pins).toEqual([pin]);
    const verified = { ...pin, verifiedAtMs: NOW_MS + 1, method: 'scanned' as const };
    const second = await write({ pins: [verified] }, first.opened);
    const read = await open(merged(stored, second.put));
    expect(read.pins).toEqual([verified]);
    expect(read.mark).toEqual(second.opened.mark);
    expect(read.items).toHaveLength(3);
    expect(hex(read.header.previousHeaderHash)).not.toBe(hex(first.opened.header.previousHeaderHash));
  });

  it('[T-9] is an alarm when it comes back older', async () => {
    const { put, opened: newer } = await write({ pins: [pinIdentity(bob.identity, NOW_MS)] });
    const remembered = newer.mark;
    const served = (sealed: SealedVault) =>
      openVault(p, { vault: sealed, userId: alice.userId, vaultKey: opened.vaultKey, remembered });
    expect(await refusalOf(() => served(vault))).toBe('vault-rolled-back');
    expect((await served(merged(vault, put))).mark).toEqual(remembered);
  });

  it('[T-9] is an alarm when another vault of the same number comes back', async () => {
    const one = await write({ pins: [pinIdentity(bob.identity, NOW_MS)] });
    const other = await write({ pins: [pinIdentity(bob.identity, NOW_MS + 1)] });
    const attempt = () =>
      openVault(p, {
        vault: merged(vault, other.put),
        userId: alice.userId,
        vaultKey: opened.vaultKey,
        remembered: one.opened.mark,
      });
    expect(await refusalOf(attempt)).toBe('vault-rolled-back');
  });

  it('[T-24] does not open with one item of before, or without one', async () => {
    const first = await write({ pins: [pinIdentity(bob.identity, NOW_MS)] });
    const second = await write({ pins: [pinIdentity(bob.identity, NOW_MS + 1)] }, first.opened);
    const items = merged(merged(vault, first.put), second.put).items;
    const rolled = [...items.slice(1), ...first.put.upserts];
    expect(await openRefusal({ header: second.put.header, head: second.put.head, items: rolled })).toBe(
      'vault-refused',
    );
    expect(await openRefusal({ header: second.put.header, head: second.put.head, items: items.slice(1) })).toBe(
      'vault-refused',
    );
  });

  it('[T-10] does not open under a header that names another one before it', async () => {
    const { put } = await write({ pins: [pinIdentity(bob.identity, NOW_MS)] });
    const stored = merged(vault, put);
    const previousHashAt = 29;
    for (let index = previousHashAt; index < previousHashAt + 32; index++) {
      const header = flipped(put.header, index);
      const vaultKey = await unlock({ header });
      expect(await openRefusal({ ...stored, header }, { vaultKey })).toBe('vault-refused');
    }
  });

  it('keeps what it holds under names that the server does not learn', async () => {
    const device = {
      deviceId: alice.device.deviceId,
      name: 'Laptop',
      browser: 'Firefox on Linux',
      createdAtMs: NOW_MS,
    };
    const { put } = await write({ ownDevices: [device] });
    const read = await open(merged(vault, put));
    const item = read.items.find(({ type }) => type === VAULT_ITEM_TYPES.ownDevice)!;
    expect(read.ownDevices).toEqual([device]);
    expect(hex(put.upserts[0]!.bytes)).not.toContain(hex(device.deviceId));
    const again = await write({ deletes: [item.itemId] }, read);
    expect((await open(merged(merged(vault, put), again.put))).items).toHaveLength(2);
  });

  it('never loses account keys by a write', async () => {
    for (const { itemId } of opened.items) {
      expect(await refusalOf(() => write({ deletes: [itemId] }))).toBe('unsupported');
    }
  });

  it('refuses an item that would outgrow its cap', async () => {
    const content = new Uint8Array(65_536);
    const item = { type: VAULT_ITEM_TYPES.settings, itemId: alice.userId, itemVer: 1, content };
    expect(await refusalOf(() => sealItem(p, opened, item))).toBe('vault-full');
  });

  it('refuses more items, or more bytes, than a vault may have', async () => {
    const pins = (count: number, change: object = {}) =>
      Array.from({ length: count }, (_, index) => {
        const peerUserId = new Uint8Array(16).fill(1) as Bytes16;
        new DataView(peerUserId.buffer).setUint32(0, index);
        return { ...pinIdentity(bob.identity, NOW_MS), peerUserId, ...change };
      });
    expect((await write({ pins: pins(2_046) })).opened.items).toHaveLength(2_048);
    expect(await refusalOf(() => write({ pins: pins(2_047) }))).toBe('vault-full');
    const old = { pin: bob.identity.pin, replacedAtMs: NOW_MS, verifiedAtMs: null, method: 'none' as const };
    const earlier = Array.from({ length: 16 }, () => old);
    expect((await write({ pins: pins(1_600, { earlier }) })).opened.pins).toHaveLength(1_600);
    expect(await refusalOf(() => write({ pins: pins(1_800, { earlier }) }))).toBe('vault-full');
  }, 30_000);

  it('[T-8] does not open under a header of another user, though the account signed it', async () => {
    const { kdfParams: params, slots } = readVaultHeader(vault.header);
    const header = makeVaultHeader({
      userId: bob.userId,
      seq: 1,
      previousHeaderHash: new Uint8Array(32) as Bytes32,
      kdfParams: params.bytes,
      slots: slots.map(writtenSlot),
    }).bytes;
    const items = vault.items.map(({ bytes }) => bytes);
    const { head } = await signVaultHead(p, alice.account, { header, items, seq: 1 });
    expect(await openRefusal({ header, head })).toBe('vault-refused');
    expect(await refusalOf(() => unlock({ header }))).toBe('vault-refused');
  });

  it('uses a new nonce for every sealing of the same content', async () => {
    const pins = [pinIdentity(bob.identity, NOW_MS)];
    const [one, other] = [await write({ pins }), await write({ pins })];
    expect(hex(one.put.upserts[0]!.bytes)).not.toBe(hex(other.put.upserts[0]!.bytes));
    expect(one.put.upserts[0]!.itemId).toEqual(other.put.upserts[0]!.itemId);
  });

  it('does not take a pin that says it was verified without saying when', async () => {
    const pin = { ...pinIdentity(bob.identity, NOW_MS), method: 'compared' as const, pin: bob.identity.pin };
    expect(await refusalOf(() => write({ pins: [pin] }))).toBe('content-invalid');
  });

  it('does not take what it could not read again: a device without a name, settings of a stranger', async () => {
    const device = { deviceId: alice.device.deviceId, name: 'x', browser: '', createdAtMs: NOW_MS };
    for (const change of [
      { name: '' },
      { name: 'x'.repeat(65) },
      { name: '\ud83d' },
      { createdAtMs: -1 },
      { createdAtMs: 0.5 },
    ]) {
      expect(await refusalOf(() => write({ ownDevices: [{ ...device, ...change }] }))).toBe('content-invalid');
    }
    const settings = withContact(NO_SETTINGS, hex(bob.userId), 'accepted', 'phone');
    expect(await refusalOf(() => write({ settings }))).toBe('content-invalid');
    const mark = { groupId: bob.userId, seq: 0, head: bob.identity.pin, epoch: 0, epochHash: bob.identity.pin };
    expect(await refusalOf(() => write({ groupMarks: [mark] }))).toBe('content-invalid');
  });

  it('[T-24] merges settings with those that the vault holds, and seals only the shares that change', async () => {
    const device = hex(alice.device.deviceId);
    const first = await write({ settings: withContact(NO_SETTINGS, hex(bob.userId), 'blocked', device) });
    const older = withPreference(NO_SETTINGS, 'typing', false, device);
    const second = await write({ settings: older }, first.opened);
    expect(second.put.upserts).toHaveLength(1);
    expect(contactState(second.opened.settings, hex(bob.userId))).toBe('blocked');
    expect((await write({ settings: NO_SETTINGS }, second.opened)).put.upserts).toEqual([]);
  });
});
