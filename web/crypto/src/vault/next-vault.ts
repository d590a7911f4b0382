import type { Bytes, Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { vaultHeaderHashPreimage } from '@secureconnect/contracts/signed/vault';
import { CryptoError } from '../crypto-error.js';
import type { Account } from '../identity/keys.js';
import type { Primitives } from '../primitives/primitives.js';
import { signVaultHead } from './head.js';
import { makeVaultHeader, writtenSlots } from './header.js';
import type { VaultItem } from './items.js';
import { type OpenedVault, viewItems } from './open-vault.js';
import type { VaultKey } from './slots.js';

/** What to put for compare-and-swap on `expectedSeq`; the vault's new seq is one more. */
export interface VaultChange {
  readonly expectedSeq: number;
  readonly header: Bytes;
  readonly head: Bytes;
  readonly upserts: readonly { readonly itemId: Bytes16; readonly bytes: Bytes }[];
  readonly deletes: readonly Bytes16[];
}

export interface VaultStep {
  readonly put: VaultChange;
  /** To be remembered (`opened.mark`) once the server has taken the change, and not before. */
  readonly opened: OpenedVault;
}

/** What differs from the vault before; what is left out stays as it is. */
export interface VaultDifference {
  /** All items of the next vault; those that are the same objects as before are not sent again. */
  readonly items?: readonly VaultItem[];
  readonly kdfParams?: Bytes;
  /** In their written form, by rising (type, slotId). */
  readonly slots?: readonly Bytes[];
  readonly vaultKey?: VaultKey;
  readonly account?: Account;
}

/** Items in one vault, and its size in bytes; the wire's own limits. */
const ITEMS_MAX = 2_048;
const VAULT_MAX_BYTES = 1_572_864;

/** Seals the step to the next vault: a header that names the one before, a head over all of it. @throws CryptoError `vault-full` */
export async function nextVault(p: Primitives, before: OpenedVault, change: VaultDifference): Promise<VaultStep> {
  const { userId } = before;
  const items = change.items ?? before.items;
  const account = change.account ?? before.account;
  const vaultKey = change.vaultKey ?? before.vaultKey;
  const sealed = items.map((item) => item.sealed);
  const size = sealed.reduce((total, bytes) => total + bytes.length, 0);
  if (items.length > ITEMS_MAX || size > VAULT_MAX_BYTES) throw new CryptoError('vault-full');
  const seq = before.mark.seq + 1;
  const header = makeVaultHeader({
    userId,
    seq,
    previousHeaderHash: await p.sha256(vaultHeaderHashPreimage(before.header.bytes)),
    kdfParams: change.kdfParams ?? before.header.kdfParams.bytes,
    slots: change.slots ?? writtenSlots(before.header),
  });
  const { head, mark } = await signVaultHead(p, account, { header: header.bytes, items: sealed, seq });
  const kept = new Set(before.items);
  const ids = new Set(items.map(({ itemId }) => String(itemId)));
  const put = {
    expectedSeq: before.mark.seq,
    header: header.bytes,
    head,
    upserts: items.filter((item) => !kept.has(item)).map((item) => ({ itemId: item.itemId, bytes: item.sealed })),
    deletes: before.items.filter(({ itemId }) => !ids.has(String(itemId))).map(({ itemId }) => itemId),
  };
  return { put, opened: { userId, vaultKey, mark, account, items, header, ...viewItems(items) } };
}
