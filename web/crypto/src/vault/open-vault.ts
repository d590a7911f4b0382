import { type Bytes, type Bytes16, sameBytes } from '@secureconnect/contracts/signed/bytes';
import {
  readVaultHead,
  readVaultHeader,
  VAULT_ITEM_TYPES,
  type VaultHead,
  vaultHeadPreimage,
  type VaultHeader,
} from '@secureconnect/contracts/signed/vault';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { importAccount } from '../identity/account.js';
import type { Account } from '../identity/keys.js';
import type { Pin } from '../identity/pin.js';
import type { Primitives } from '../primitives/primitives.js';
import { readAccountKeys, readEncryptionKeys, readPin } from './contents.js';
import { type SealedVault, vaultHashes, type VaultMark } from './head.js';
import { type GroupMark, readGroupMark } from './group-marks.js';
import { openItem, type VaultItem } from './items.js';
import { type LedgerMark, readLedgerMark } from './ledger-mark.js';
import { type OwnDevice, readOwnDevice } from './own-devices.js';
import { mergeSettings, NO_SETTINGS, readSettingsShard, type Settings } from './settings.js';
import type { VaultKey } from './slots.js';

/** A vault that opened and is signed by the account that it holds. */
export interface OpenedVault {
  readonly userId: Bytes16;
  readonly vaultKey: VaultKey;
  /** To be remembered by this device, and given as `remembered` next time. */
  readonly mark: VaultMark;
  readonly account: Account;
  readonly pins: readonly Pin[];
  readonly ownDevices: readonly OwnDevice[];
  readonly groupMarks: readonly GroupMark[];
  /** Of the account of credits: one, once any device has checked it. */
  readonly ledgerMarks: readonly LedgerMark[];
  readonly settings: Settings;
  /** All items, those above too. */
  readonly items: readonly VaultItem[];
  readonly header: VaultHeader;
}

/** The typed contents of items, but for keys. Throws for a content that this account's devices do not write. */
export function viewItems(
  items: readonly VaultItem[],
): Pick<OpenedVault, 'pins' | 'ownDevices' | 'groupMarks' | 'ledgerMarks' | 'settings'> {
  const contents = (type: number) => items.filter((item) => item.type === type).map(({ content }) => content);
  return {
    pins: contents(VAULT_ITEM_TYPES.pin).map(readPin),
    ownDevices: contents(VAULT_ITEM_TYPES.ownDevice).map(readOwnDevice),
    groupMarks: contents(VAULT_ITEM_TYPES.groupHead).map(readGroupMark),
    ledgerMarks: contents(VAULT_ITEM_TYPES.ledger).map(readLedgerMark),
    settings: contents(VAULT_ITEM_TYPES.settings)
      .map((content) => readSettingsShard(content).settings)
      .reduce(mergeSettings, NO_SETTINGS),
  };
}

export interface OpenVaultInput {
  readonly vault: SealedVault;
  readonly userId: Bytes16;
  readonly vaultKey: VaultKey;
  /** The newest mark that this device has seen of the account's vault. */
  readonly remembered?: VaultMark | null;
}

/** The typed contents of opened items. Throws when the account keys are not there exactly once. */
async function interpret(p: Primitives, userId: Bytes16, items: readonly VaultItem[]) {
  const contents = (type: number) => items.filter((item) => item.type === type).map(({ content }) => content);
  const [signing, ...more] = contents(VAULT_ITEM_TYPES.accountKeys).map(readAccountKeys);
  const encryption = contents(VAULT_ITEM_TYPES.encryptionKeys).map(readEncryptionKeys);
  if (signing === undefined || more.length > 0 || encryption.length === 0) throw new CryptoError('vault-refused');
  const account = await importAccount(p, userId, { signing, encryption });
  if (account.encryption.size !== encryption.length) throw new CryptoError('vault-refused');
  return { account, ...viewItems(items) };
}

/** Whether head, header and items belong together and the account itself says so. */
async function isSigned(
  p: Primitives,
  head: VaultHead,
  header: VaultHeader,
  items: readonly Bytes[],
  account: Account,
) {
  const { headerHash, itemsHash } = await vaultHashes(p, header.bytes, items);
  const verifier = await p.ed25519.importPublic(account.ed25519.publicKey);
  return (
    head.seq === header.seq &&
    sameBytes(head.headerHash, headerHash) &&
    sameBytes(head.itemsHash, itemsHash) &&
    (await p.ed25519.verify(verifier, head.signature, vaultHeadPreimage(head.signed)))
  );
}

/**
 * Opens every item, then believes the vault: it is this user's, its head is signed by the account key inside it over this header and
 * exactly these items, and it is not older than what this device has seen (PROTOCOL 3.9).
 * @throws CryptoError `vault-refused` for every reason alike [T-8, T-10, T-13, T-15]; `vault-rolled-back` for a genuine vault that is
 *   older than, or other than, the one remembered [T-9]
 */
export async function openVault(p: Primitives, input: OpenVaultInput): Promise<OpenedVault> {
  const { userId, vaultKey } = input;
  const opened = await refusingAs('vault-refused', async () => {
    const header = readVaultHeader(input.vault.header);
    const head = readVaultHead(input.vault.head);
    const items = await Promise.all(input.vault.items.map(({ bytes }) => openItem(p, { userId, vaultKey }, bytes)));
    const { account, ...views } = await interpret(p, userId, items);
    const placed = items.every((item, index) => sameBytes(item.itemId, input.vault.items[index]!.itemId));
    const signed = await isSigned(
      p,
      head,
      header,
      items.map(({ sealed }) => sealed),
      account,
    );
    if (!placed || !signed || !sameBytes(header.userId, userId)) throw new CryptoError('vault-refused');
    const mark = { seq: head.seq, hash: await p.sha256(vaultHeadPreimage(head.signed)) };
    return { userId, vaultKey, mark, account, items, header, ...views };
  });
  const { remembered } = input;
  if (remembered !== undefined && remembered !== null) {
    const { seq, hash } = opened.mark;
    const older = seq < remembered.seq || (seq === remembered.seq && !sameBytes(hash, remembered.hash));
    if (older) throw new CryptoError('vault-rolled-back');
  }
  return opened;
}
