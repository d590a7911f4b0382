import type { Bytes, Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { VAULT_ITEM_TYPES, type VaultItemType } from '@secureconnect/contracts/signed/vault';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { AccountSecrets, NewAccount } from '../identity/account.js';
import type { VaultKek } from '../kdf/derive.js';
import type { Primitives } from '../primitives/primitives.js';
import { writeAccountKeys, writeEncryptionKeys } from './contents.js';
import { type SealedVault, signVaultHead } from './head.js';
import { makeVaultHeader } from './header.js';
import { sealItem, type VaultItem, vaultItemId } from './items.js';
import { type OpenedVault, viewItems } from './open-vault.js';
import { importVaultKey, sealPasswordSlot, type VaultKey } from './slots.js';

async function sealSecrets(
  p: Primitives,
  vault: { readonly userId: Bytes16; readonly vaultKey: VaultKey },
  secrets: AccountSecrets,
): Promise<VaultItem[]> {
  const first = async (type: VaultItemType, name: Bytes, content: Bytes) =>
    sealItem(p, vault, { type, itemId: await vaultItemId(p, vault.vaultKey, type, name), itemVer: 1, content });
  const items = [await first(VAULT_ITEM_TYPES.accountKeys, new Uint8Array(0), writeAccountKeys(secrets.signing))];
  for (const keys of secrets.encryption) {
    const name = new ByteWriter().u32(keys.bundleVer).finish();
    items.push(await first(VAULT_ITEM_TYPES.encryptionKeys, name, writeEncryptionKeys(keys)));
  }
  return items;
}

/**
 * Makes the first vault of a new account (PROTOCOL 3): a fresh master key, sealed for the password; the account's keys, sealed for the
 * master key; a head signed by the account. The master key's bytes do not outlive this call.
 */
export async function createVault(
  p: Primitives,
  input: { readonly kek: VaultKek; readonly kdfParams: Bytes; readonly newAccount: NewAccount },
): Promise<{ readonly vault: SealedVault; readonly opened: OpenedVault }> {
  const { kek, kdfParams, newAccount } = input;
  const { account, secrets } = newAccount;
  const { userId } = account;
  const masterKey = p.randomBytes(32) as Bytes32;
  const slot = await sealPasswordSlot(p, { userId, kek, kdfParams, masterKey });
  const vaultKey = await importVaultKey(p, masterKey);
  masterKey.fill(0);
  const items = await sealSecrets(p, { userId, vaultKey }, secrets);
  const previousHeaderHash = new Uint8Array(32) as Bytes32;
  const header = makeVaultHeader({ userId, seq: 1, previousHeaderHash, kdfParams, slots: [slot] });
  const sealed = items.map((item) => item.sealed);
  const { head, mark } = await signVaultHead(p, account, { header: header.bytes, items: sealed, seq: 1 });
  const vault = {
    header: header.bytes,
    head,
    items: items.map((item) => ({ itemId: item.itemId, bytes: item.sealed })),
  };
  return { vault, opened: { userId, vaultKey, mark, account, items, header, ...viewItems(items) } };
}
