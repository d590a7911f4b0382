import { type Bytes, type Bytes16, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { VAULT_ITEM_TYPES, vaultHeaderHashPreimage, type VaultItemType } from '@secureconnect/contracts/signed/vault';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { toUtf8 } from '../encoding/text.js';
import type { Account } from '../identity/keys.js';
import type { Pin } from '../identity/pin.js';
import type { Primitives } from '../primitives/primitives.js';
import { writePin } from './contents.js';
import { type GroupMark, writeGroupMark } from './group-marks.js';
import { signVaultHead } from './head.js';
import { makeVaultHeader, writtenSlots } from './header.js';
import { sealItem, type VaultItem, vaultItemId } from './items.js';
import { type LedgerMark, writeLedgerMark } from './ledger-mark.js';
import { type OpenedVault, viewItems } from './open-vault.js';
import { type OwnDevice, writeOwnDevice } from './own-devices.js';
import { mergeSettings, type Settings, writeSettings } from './settings.js';
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

export interface VaultWrites {
  /** One for each peer: replaces what was pinned before. */
  readonly pins?: readonly Pin[];
  /** One for each device: replaces what it was called before. */
  readonly ownDevices?: readonly OwnDevice[];
  /** One for each group: replaces what was remembered before. */
  readonly groupMarks?: readonly GroupMark[];
  /** One, of the account of credits: replaces what was remembered before. */
  readonly ledgerMarks?: readonly LedgerMark[];
  /** Merged with those that the vault holds (`mergeSettings`); only what changes is sealed anew. */
  readonly settings?: Settings;
  readonly deletes?: readonly Bytes16[];
}

/** Content and the name that its item's id comes from (PROTOCOL 3.5). */
export interface NamedContent {
  readonly type: VaultItemType;
  readonly name: Bytes;
  readonly content: Bytes;
}

const KEPT: ReadonlySet<number> = new Set([VAULT_ITEM_TYPES.accountKeys, VAULT_ITEM_TYPES.encryptionKeys]);

/** All that is written, under the names of PROTOCOL 3.5. */
export function namedContents(writes: VaultWrites): readonly NamedContent[] {
  const { pin, ownDevice, groupHead, ledger, settings } = VAULT_ITEM_TYPES;
  return [
    ...(writes.pins ?? []).map((value) => ({ type: pin, name: value.peerUserId, content: writePin(value) })),
    ...(writes.ownDevices ?? []).map((value) => ({
      type: ownDevice,
      name: value.deviceId,
      content: writeOwnDevice(value),
    })),
    ...(writes.groupMarks ?? []).map((value) => ({
      type: groupHead,
      name: value.groupId,
      content: writeGroupMark(value),
    })),
    ...(writes.ledgerMarks ?? []).map((value) => ({
      type: ledger,
      name: toUtf8('ledger'),
      content: writeLedgerMark(value),
    })),
    ...(writes.settings === undefined ? [] : writeSettings(writes.settings)).map(({ name, content }) => ({
      type: settings,
      name: toUtf8(name),
      content,
    })),
  ];
}

/**
 * The next vault (PROTOCOL 3.8): items sealed anew with a higher version. On a conflict: fetch, open, write again.
 * @throws CryptoError `vault-full`; `content-invalid` for what could not be read again; `unsupported` for a delete of key items
 */
export async function writeVault(p: Primitives, before: OpenedVault, writes: VaultWrites): Promise<VaultStep> {
  const deletes = writes.deletes ?? [];
  const isDeleted = (item: VaultItem) => deletes.some((itemId) => sameBytes(itemId, item.itemId));
  if (before.items.some((item) => KEPT.has(item.type) && isDeleted(item))) throw new CryptoError('unsupported');
  const items = new Map(before.items.filter((item) => !isDeleted(item)).map((item) => [idToHex(item.itemId), item]));
  const { settings } = writes;
  const merged = settings === undefined ? {} : { settings: mergeSettings(before.settings, settings) };
  const contents = await refusingAs('content-invalid', () => namedContents({ ...writes, ...merged }));
  for (const { type, name, content } of contents) {
    const itemId = await vaultItemId(p, before.vaultKey, type, name);
    const held = items.get(idToHex(itemId));
    // equal settings are equal bytes: a share that nothing changed in stays as it is
    if (type === VAULT_ITEM_TYPES.settings && held !== undefined && sameBytes(held.content, content)) continue;
    const item = await sealItem(p, before, { type, itemId, itemVer: (held?.itemVer ?? 0) + 1, content });
    items.set(idToHex(itemId), item);
  }
  return nextVault(p, before, { items: [...items.values()] });
}
