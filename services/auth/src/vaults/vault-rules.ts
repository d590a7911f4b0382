import type { Vault, VaultItem, VaultPut } from '@secureconnect/contracts/auth';
import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import {
  asBytes32,
  sameBytes,
  SignedFormatError,
  type Bytes,
  type Bytes32,
} from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { KdfParams } from '@secureconnect/contracts/signed/kdf-params';
import {
  readVaultHead,
  readVaultHeader,
  readVaultItem,
  vaultHeaderHashPreimage,
  vaultHeadPreimage,
  vaultItemHashPreimage,
  vaultItemsHashPreimage,
  type VaultHead,
  type VaultHeader,
} from '@secureconnect/contracts/signed/vault';
import { Violation } from '@secureconnect/platform/problem/violation';
import { verifyEd25519 } from '../directory/account-signatures.js';
import { sha256 } from '../directory/first-bundle.js';
import type { HashedItem, ItemDigests, StoredVault, VaultChange } from '../store/vault-rows.js';

/** Header and head of a vault that is offered, signed by the account, and its new items. */
export interface SignedVault {
  readonly header: VaultHeader;
  readonly head: VaultHead;
  readonly items: readonly HashedItem[];
}

/** A hash over bytes, as the readers of contracts want it. */
const hashOf = (preimage: Bytes): Bytes32 => asBytes32(new Uint8Array(sha256(preimage)));

/**
 * Reads what a client offers and checks all that needs no stored state: this user, header and head belong together, the account
 * signed the head, every item is what its id says, no item comes twice.
 * @throws Violation `vault-refused` for every reason alike
 */
export async function admitSignedVault(
  offered: { header: string; head: string; items: readonly VaultItem[] },
  userId: UserId,
  accountKey: Bytes,
): Promise<SignedVault> {
  const vault = parse(offered);
  const { header, head, items } = vault;
  const isConsistent =
    idToHex(header.userId) === userId &&
    header.seq === head.seq &&
    sameBytes(head.headerHash, hashOf(vaultHeaderHashPreimage(header.bytes))) &&
    new Set(items.map((item) => item.itemId)).size === items.length;
  if (!isConsistent || !(await verifyEd25519(accountKey, vaultHeadPreimage(head.signed), head.signature))) {
    throw new Violation('vault-refused');
  }
  return vault;
}

/** Checks the vault of a new account: the first of its chain, whole, with the account's key derivation. @throws Violation `vault-refused` */
export async function admitFirstVault(
  offered: Vault,
  userId: UserId,
  kdfParams: KdfParams,
  accountKey: Bytes,
): Promise<StoredVault & { items: readonly HashedItem[] }> {
  const { header, head, items } = await admitSignedVault(offered, userId, accountKey);
  const isFirst = offered.seq === 1 && header.seq === 1 && sameBytes(header.kdfParams.bytes, kdfParams.bytes);
  if (
    !isFirst ||
    !coversItems(
      head,
      items.map((item) => item.hash),
    ) ||
    totalBytes(items) > LIMITS.vaultMaxBytes
  ) {
    throw new Violation('vault-refused');
  }
  return { seq: 1, header: header.bytes, head: head.bytes, items };
}

export type Swap = 'swapped' | 'already' | 'vault-conflict' | 'vault-refused';

/**
 * Compare and swap against what is stored: the next seq, naming the stored header, with the same key derivation, its head covering
 * exactly the items that are then there. The same change again is answered like the first time.
 * @param kdfParams - what the header must say of the key derivation; null for the same as before
 */
export function decideSwap(
  put: VaultPut,
  offered: SignedVault,
  stored: StoredVault | null,
  storedItems: ItemDigests,
  kdfParams: Uint8Array | null = null,
): { readonly change: VaultChange | null; readonly result: Swap } {
  const no = (result: Swap) => ({ change: null, result });
  if (stored === null) return no('vault-conflict');
  const { header, head, items } = offered;
  if (sameBytes(stored.head, head.bytes) && stored.seq === put.expectedSeq + 1) return no('already');
  if (stored.seq !== put.expectedSeq) return no('vault-conflict');
  const before = readVaultHeader(stored.header);
  const follows =
    header.seq === stored.seq + 1 &&
    sameBytes(header.previousHeaderHash, hashOf(vaultHeaderHashPreimage(before.bytes))) &&
    sameBytes(header.kdfParams.bytes, kdfParams ?? before.kdfParams.bytes);
  const upserted = new Set(items.map((item) => item.itemId));
  const deleted = new Set(put.deletes);
  const kept = [...storedItems]
    .filter(([itemId]) => !upserted.has(itemId) && !deleted.has(itemId))
    .map(([, digest]) => digest);
  const hashes = [...kept.map((digest) => digest.hash), ...items.map((item) => item.hash)];
  const sizeBytes = kept.reduce((sum, digest) => sum + digest.sizeBytes, totalBytes(items));
  const fits = hashes.length <= LIMITS.vaultItemsMax && sizeBytes <= LIMITS.vaultMaxBytes;
  const isPlain = put.deletes.every((itemId) => storedItems.has(itemId) && !upserted.has(itemId));
  if (!follows || !fits || !isPlain || !coversItems(head, hashes)) return no('vault-refused');
  return {
    change: { seq: header.seq, header: header.bytes, head: head.bytes, upserts: items, deletes: put.deletes },
    result: 'swapped',
  };
}

function coversItems(head: VaultHead, hashes: readonly Uint8Array[]): boolean {
  return sameBytes(
    head.itemsHash,
    hashOf(vaultItemsHashPreimage(hashes.map((hash) => asBytes32(new Uint8Array(hash))))),
  );
}

function totalBytes(items: readonly HashedItem[]): number {
  return items.reduce((sum, item) => sum + item.bytes.length, 0);
}

function parse(offered: { header: string; head: string; items: readonly VaultItem[] }): SignedVault {
  try {
    const items = offered.items.map(({ itemId, bytes }) => {
      const item = readVaultItem(fromBase64Url(bytes));
      if (idToHex(item.itemId) !== itemId) throw new Violation('vault-refused');
      return { itemId, bytes: item.bytes, hash: hashOf(vaultItemHashPreimage(item.bytes)) };
    });
    return {
      header: readVaultHeader(fromBase64Url(offered.header)),
      head: readVaultHead(fromBase64Url(offered.head)),
      items,
    };
  } catch (error) {
    if (error instanceof SignedFormatError) throw new Violation('vault-refused');
    throw error;
  }
}
