import { type Bytes, type Bytes16, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { VAULT_ITEM_TYPES, type VaultItemType } from '@secureconnect/contracts/signed/vault';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { toUtf8 } from '../encoding/text.js';
import type { Pin } from '../identity/pin.js';
import type { Primitives } from '../primitives/primitives.js';
import { writePin } from './contents.js';
import { type GroupMark, writeGroupMark } from './group-marks.js';
import { sealItem, type VaultItem, vaultItemId } from './items.js';
import { nextVault, type VaultStep } from './next-vault.js';
import type { OpenedVault } from './open-vault.js';
import { type OwnDevice, writeOwnDevice } from './own-devices.js';
import { mergeSettings, type Settings, writeSettings } from './settings.js';

export type { VaultChange, VaultStep } from './next-vault.js';

export interface VaultWrites {
  /** One for each peer: replaces what was pinned before. */
  readonly pins?: readonly Pin[];
  /** One for each device: replaces what it was called before. */
  readonly ownDevices?: readonly OwnDevice[];
  /** One for each group: replaces what was remembered before. */
  readonly groupMarks?: readonly GroupMark[];
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
  const { pin, ownDevice, groupHead, settings } = VAULT_ITEM_TYPES;
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
