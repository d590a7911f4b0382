import { createHash } from 'node:crypto';
import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { readKdfParams } from '@secureconnect/contracts/signed/kdf-params';
import {
  readVaultHead,
  readVaultHeader,
  readVaultItem,
  vaultHeaderHashPreimage,
  vaultHeadPreimage,
  vaultItemHashPreimage,
  vaultItemsHashPreimage,
} from '@secureconnect/contracts/signed/vault';
import { patched, vaults } from './frozen.js';
import { refusal } from './refusal.js';

const headerBytes = fromHex(vaults.withPin.header);
const headBytes = fromHex(vaults.withPin.head);
const items = vaults.withPin.items.map(({ bytes }) => fromHex(bytes));
const paramsBytes = fromHex(vaults.kdfParams);
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

describe('the readers of a vault', () => {
  it('read a frozen one, and hash it to what its head names', () => {
    const header = readVaultHeader(headerBytes);
    const head = readVaultHead(headBytes);
    expect(toHex(header.userId)).toBe(vaults.userId);
    expect([header.seq, head.seq]).toEqual([2, 2]);
    expect(header.kdfParams.bytes).toEqual(paramsBytes);
    expect(header.slots).toMatchObject([{ type: 1, slotId: 0 }]);
    expect(sha256(vaultHeaderHashPreimage(headerBytes))).toEqual(new Uint8Array(head.headerHash));
    const hashes = items.map((item) => asBytes32(sha256(vaultItemHashPreimage(item))));
    expect(sha256(vaultItemsHashPreimage(hashes))).toEqual(new Uint8Array(head.itemsHash));
    expect(sha256(vaultItemsHashPreimage(hashes.toReversed()))).toEqual(new Uint8Array(head.itemsHash));
    expect(toHex(sha256(vaultHeadPreimage(head.signed)))).toBe(vaults.withPin.hash);
  });

  it('tell the type, id and version of sealed items', () => {
    const read = items.map((item) => readVaultItem(item));
    expect(read.map(({ type, itemVer }) => [type, itemVer])).toEqual([
      [1, 1],
      [2, 1],
      [4, 1],
    ]);
    expect(read.map(({ itemId }) => toHex(itemId))).toEqual(vaults.withPin.items.map(({ itemId }) => itemId));
  });

  it('refuse every other length', () => {
    for (let length = 0; length < headerBytes.length; length++) {
      expect(refusal(() => readVaultHeader(headerBytes.subarray(0, length)))).toBe('truncated');
    }
    for (let length = 0; length < headBytes.length; length++) {
      expect(refusal(() => readVaultHead(headBytes.subarray(0, length)))).toBe('truncated');
    }
    const [item] = items;
    for (let length = 0; length < item!.length; length++) {
      expect(refusal(() => readVaultItem(item!.subarray(0, length)))).toBe('truncated');
    }
    expect(refusal(() => readVaultHeader(new Uint8Array([...headerBytes, 0])))).toBe('trailing-bytes');
    expect(refusal(() => readVaultHead(new Uint8Array([...headBytes, 0])))).toBe('too-large');
    expect(refusal(() => readVaultItem(new Uint8Array([...item!, 0])))).toBe('trailing-bytes');
    expect(refusal(() => readVaultItem(new Uint8Array(65_537)))).toBe('too-large');
    expect(refusal(() => readVaultHeader(new Uint8Array(4_097)))).toBe('too-large');
  });

  const slotAt = 105;
  const slot = headerBytes.subarray(slotAt);
  const twoSlots = (second: Uint8Array) => {
    const header = new Uint8Array([...headerBytes, ...second]);
    header[slotAt - 1] = 2;
    return header;
  };
  const refused: readonly [string, Uint8Array, string][] = [
    ['another magic', patched(headerBytes, 2, 0x45), 'wrong-magic'],
    ['version 0 [T-13]', patched(headerBytes, 4, 0), 'unknown-version'],
    ['number 0', patched(headerBytes, 28, 0), 'out-of-range'],
    ['number 1 after something', patched(headerBytes, 28, 1), 'not-canonical'],
    ['number 2 after nothing', patched(headerBytes, 29, ...new Uint8Array(32)), 'not-canonical'],
    ['an unknown key derivation [T-4]', patched(headerBytes, 61, 9), 'unknown-id'],
    ['no slots', patched(headerBytes, slotAt - 1, 0), 'out-of-range'],
    ['seventeen slots', patched(headerBytes, slotAt - 1, 17), 'out-of-range'],
    ['an unknown slot', patched(headerBytes, slotAt, 4), 'unknown-id'],
    ['a slot with too many parameters', patched(headerBytes, slotAt + 3, 4, 1), 'out-of-range'],
    ['one slot twice', twoSlots(slot), 'not-canonical'],
  ];
  for (const [what, bytes, code] of refused) {
    it(`refuse ${what}`, () => {
      expect(refusal(() => readVaultHeader(bytes))).toBe(code);
    });
  }

  it('read a second slot of another kind or number, in order', () => {
    expect(readVaultHeader(twoSlots(patched(slot, 0, 2))).slots.map(({ type }) => type)).toEqual([1, 2]);
    expect(readVaultHeader(twoSlots(patched(slot, 2, 1))).slots.map(({ slotId }) => slotId)).toEqual([0, 1]);
  });

  it('refuse items of an unknown version, type, of version number 0 or with a length that lies', () => {
    const [item] = items;
    expect(refusal(() => readVaultItem(patched(item!, 0, 2)))).toBe('unknown-version');
    expect(refusal(() => readVaultItem(patched(item!, 1, 0)))).toBe('unknown-id');
    expect(refusal(() => readVaultItem(patched(item!, 1, 9)))).toBe('unknown-id');
    expect(refusal(() => readVaultItem(patched(item!, 25, 0)))).toBe('out-of-range');
    expect(refusal(() => readVaultItem(patched(item!, 38, 0, 0, 0, 15)))).toBe('out-of-range');
    expect(refusal(() => readVaultItem(patched(item!, 38, 0xff)))).toBe('out-of-range');
    expect(refusal(() => readVaultHead(patched(headBytes, 71, 0)))).toBe('out-of-range');
  });
});

describe('the reader of key derivation parameters', () => {
  it('reads both derivations and gives the bytes back as they were', () => {
    expect(readKdfParams(paramsBytes)).toMatchObject({ kdfId: 1, pbkdf2Iterations: 600_000, bytes: paramsBytes });
    const second = patched(paramsBytes, 0, 2, 0, 9, 0x27, 0xc0, 0, 1, 0, 0, 3, 1);
    expect(readKdfParams(second)).toMatchObject({ kdfId: 2, argonKiB: 65_536, argonPasses: 3, argonLanes: 1 });
  });

  it('[T-4, T-7] refuses an unknown one, parameters of another, and every other length', () => {
    for (const kdfId of [0, 3, 255])
      expect(refusal(() => readKdfParams(patched(paramsBytes, 0, kdfId)))).toBe('unknown-id');
    for (let index = 5; index < 11; index++) {
      expect(refusal(() => readKdfParams(patched(paramsBytes, index, 1)))).toBe('not-canonical');
    }
    for (let length = 0; length < 43; length++) {
      expect(refusal(() => readKdfParams(paramsBytes.subarray(0, length)))).toBe('truncated');
    }
    expect(refusal(() => readKdfParams(new Uint8Array([...paramsBytes, 0])))).toBe('too-large');
  });
});
