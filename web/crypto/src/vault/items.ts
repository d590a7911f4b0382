import type { Bytes, Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import {
  readVaultItem,
  VAULT_ITEM_MAX_BYTES,
  VAULT_ITEM_OVERHEAD_BYTES,
  type VaultItemType,
} from '@secureconnect/contracts/signed/vault';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { AesKey, Primitives } from '../primitives/primitives.js';
import type { VaultKey } from './slots.js';

/** An opened vault item. */
export interface VaultItem {
  readonly type: VaultItemType;
  readonly itemId: Bytes16;
  /** From 1, one more with every change of this item. */
  readonly itemVer: number;
  readonly content: Bytes;
  /** As it is stored. */
  readonly sealed: Bytes;
}

const EMPTY: Bytes = new Uint8Array(0);

async function itemKey(p: Primitives, vaultKey: VaultKey, type: VaultItemType, itemId: Bytes16): Promise<AesKey> {
  const info = labelled('item', Uint8Array.of(type), itemId);
  return p.importAes(await p.hkdf(vaultKey, EMPTY, info, 32));
}

/** AAD of an item (PROTOCOL 3.3): binds user, type, id and version [T-15]. */
function itemAssociated(userId: Bytes16, type: VaultItemType, itemId: Bytes16, itemVer: number): Bytes {
  return labelled('item', new ByteWriter().raw(userId).u8(type).raw(itemId).u64(itemVer).finish());
}

/**
 * The id of the item of this type and name (PROTOCOL 3.5). Keyed, so that the server learns no name, and the same on every device, so
 * that two devices that pin one peer write one item.
 */
export async function vaultItemId(
  p: Primitives,
  vaultKey: VaultKey,
  type: VaultItemType,
  name: Bytes,
): Promise<Bytes16> {
  return (await p.hkdf(vaultKey, EMPTY, labelled('item-id', Uint8Array.of(type), name), 16)) as Bytes16;
}

/** Seals an item's content. @throws CryptoError `vault-full` when it is too long */
export async function sealItem(
  p: Primitives,
  vault: { readonly userId: Bytes16; readonly vaultKey: VaultKey },
  item: Pick<VaultItem, 'type' | 'itemId' | 'itemVer' | 'content'>,
): Promise<VaultItem> {
  const { type, itemId, itemVer, content } = item;
  if (content.length + VAULT_ITEM_OVERHEAD_BYTES > VAULT_ITEM_MAX_BYTES) throw new CryptoError('vault-full');
  const nonce = p.randomBytes(12);
  const key = await itemKey(p, vault.vaultKey, type, itemId);
  const ciphertext = await p.aesGcmSeal(key, nonce, itemAssociated(vault.userId, type, itemId, itemVer), content);
  const sealed = new ByteWriter().u8(1).u8(type).raw(itemId).u64(itemVer).raw(nonce).op32(ciphertext).finish();
  return { type, itemId, itemVer, content, sealed };
}

/** Opens an item; rejects for anything but what `sealItem` made for this user. */
export async function openItem(
  p: Primitives,
  vault: { readonly userId: Bytes16; readonly vaultKey: VaultKey },
  sealed: Uint8Array,
): Promise<VaultItem> {
  const { type, itemId, itemVer, nonce, ciphertext, bytes } = readVaultItem(sealed);
  const key = await itemKey(p, vault.vaultKey, type, itemId);
  const associated = itemAssociated(vault.userId, type, itemId, itemVer);
  const content = await p.aesGcmOpen(key, nonce, associated, ciphertext);
  return { type, itemId, itemVer, content, sealed: bytes };
}
