import { type Bytes, type Bytes16, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { VAULT_ITEM_TYPES, type VaultItemType, vaultHeaderHashPreimage } from '@secureconnect/contracts/signed/vault';
import { CryptoError } from '../crypto-error.js';
import type { Pin } from '../identity/pin.js';
import type { Primitives } from '../primitives/primitives.js';
import { readPin, writePin } from './contents.js';
import { signVaultHead } from './head.js';
import { makeVaultHeader, writtenSlots } from './header.js';
import { sealItem, type VaultItem, vaultItemId } from './items.js';
import type { OpenedVault } from './open-vault.js';

/** What to put for compare-and-swap on `expectedSeq`; the vault's new seq is one more. */
export interface VaultChange {
  readonly expectedSeq: number;
  readonly header: Bytes;
  readonly head: Bytes;
  readonly upserts: readonly { readonly itemId: Bytes16; readonly bytes: Bytes }[];
  readonly deletes: readonly Bytes16[];
}

/** Content of a type that this package does not interpret (settings, own devices...), under a name of the caller's. */
export interface OtherContent {
  readonly type: VaultItemType;
  /** Tells items of one type apart; empty when there is one. */
  readonly name: Bytes;
  readonly content: Bytes;
}

export interface VaultWrites {
  /** One for each peer: replaces what was pinned before. */
  readonly pins?: readonly Pin[];
  readonly others?: readonly OtherContent[];
  readonly deletes?: readonly Bytes16[];
}

/** Types that this package owns; their items are written by it alone, and account keys never go. */
const INTERPRETED: ReadonlySet<number> = new Set([
  VAULT_ITEM_TYPES.accountKeys,
  VAULT_ITEM_TYPES.encryptionKeys,
  VAULT_ITEM_TYPES.pin,
]);
const KEPT: ReadonlySet<number> = new Set([VAULT_ITEM_TYPES.accountKeys, VAULT_ITEM_TYPES.encryptionKeys]);
/** Items in one vault; the wire's own limit. */
const ITEMS_MAX = 2_048;

/**
 * The next vault (PROTOCOL 3.8): items sealed anew with a higher version, a header that names the one before, a head over all of it.
 * On a conflict: fetch, open, write again. What is remembered is `opened.mark`, and only after the server has taken it.
 * @throws CryptoError `vault-full`; `unsupported` for a write to, or a delete of, key items
 */
export async function writeVault(
  p: Primitives,
  before: OpenedVault,
  writes: VaultWrites,
): Promise<{ readonly put: VaultChange; readonly opened: OpenedVault }> {
  const { userId, vaultKey, account } = before;
  const others = writes.others ?? [];
  const deletes = writes.deletes ?? [];
  const isDeleted = (item: VaultItem) => deletes.some((itemId) => sameBytes(itemId, item.itemId));
  if (
    others.some(({ type }) => INTERPRETED.has(type)) ||
    before.items.some((item) => KEPT.has(item.type) && isDeleted(item))
  ) {
    throw new CryptoError('unsupported');
  }
  const contents: OtherContent[] = [
    ...others,
    ...(writes.pins ?? []).map((pin) => ({ type: VAULT_ITEM_TYPES.pin, name: pin.peerUserId, content: writePin(pin) })),
  ];
  const items = new Map(before.items.filter((item) => !isDeleted(item)).map((item) => [idToHex(item.itemId), item]));
  const upserts = new Map<string, VaultItem>();
  for (const { type, name, content } of contents) {
    const itemId = await vaultItemId(p, vaultKey, type, name);
    const itemVer = (items.get(idToHex(itemId))?.itemVer ?? 0) + 1;
    const item = await sealItem(p, before, { type, itemId, itemVer, content });
    items.set(idToHex(itemId), item);
    upserts.set(idToHex(itemId), item);
  }
  if (items.size > ITEMS_MAX) throw new CryptoError('vault-full');

  const seq = before.mark.seq + 1;
  const header = makeVaultHeader({
    userId,
    seq,
    previousHeaderHash: await p.sha256(vaultHeaderHashPreimage(before.header.bytes)),
    kdfParams: before.header.kdfParams.bytes,
    slots: writtenSlots(before.header),
  });
  const all = [...items.values()];
  const sealed = all.map((item) => item.sealed);
  const { head, mark } = await signVaultHead(p, account, { header: header.bytes, items: sealed, seq });
  const pins = all.filter(({ type }) => type === VAULT_ITEM_TYPES.pin).map(({ content }) => readPin(content));
  return {
    put: {
      expectedSeq: before.mark.seq,
      header: header.bytes,
      head,
      upserts: [...upserts.values()].map((item) => ({ itemId: item.itemId, bytes: item.sealed })),
      deletes,
    },
    opened: { userId, vaultKey, mark, account, pins, items: all, header },
  };
}
