import type { Bytes, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { VAULT_ITEM_TYPES } from '@secureconnect/contracts/signed/vault';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { importDecryptionKeys, makeEncryptionKeys } from '../identity/account.js';
import { BUNDLE_LIFETIME_MS, makeBundle } from '../identity/bundle.js';
import { verifyIdentity, type VerifiedIdentity } from '../identity/directory.js';
import type { Account } from '../identity/keys.js';
import type { VaultKek } from '../kdf/derive.js';
import { guardKdfParams } from '../kdf/params.js';
import type { RecoveryKek } from '../kdf/recovery-key.js';
import type { Primitives } from '../primitives/primitives.js';
import { readEncryptionKeys, writeEncryptionKeys } from './contents.js';
import { sealItem, type VaultItem, vaultItemId } from './items.js';
import type { OpenedVault } from './open-vault.js';
import { importVaultKey, sealPasswordSlot, sealRecoverySlot, type VaultKey } from './slots.js';
import { namedContents, type NamedContent, nextVault, type VaultStep } from './write-vault.js';

export interface RenewInput {
  /** From a password (the old or a new one) with fresh parameters and a fresh serverShare. */
  readonly kek: VaultKek;
  readonly kdfParams: Bytes;
  /** Of a *new* recovery key: the old one opened the old master key, and is nobody's secret any more. null: none from now on. */
  readonly recoveryKek: RecoveryKek | null;
  /** In its wire form. */
  readonly username: string;
  /** The account's own published identity, matched with the vault (`matchAccount`). */
  readonly identity: VerifiedIdentity;
  readonly nowMs: number;
}

export interface RenewedVault extends VaultStep {
  /** To be published with the vault, in one transaction. */
  readonly bundle: Bytes;
  readonly identity: VerifiedIdentity;
}

/** Every content of the vault under its name, so that its item can be found again under another master key. */
function allContents(before: OpenedVault): readonly NamedContent[] {
  const { accountKeys, encryptionKeys } = VAULT_ITEM_TYPES;
  const keys = before.items.flatMap(({ type, content }): NamedContent[] => {
    if (type === accountKeys) return [{ type, name: new Uint8Array(0), content }];
    if (type !== encryptionKeys) return [];
    return [{ type, name: new ByteWriter().u32(readEncryptionKeys(content).bundleVer).finish(), content }];
  });
  return [...keys, ...namedContents(before)];
}

async function sealAll(
  p: Primitives,
  vault: { userId: OpenedVault['userId']; vaultKey: VaultKey },
  contents: readonly NamedContent[],
) {
  const items: VaultItem[] = [];
  for (const { type, name, content } of contents) {
    const itemId = await vaultItemId(p, vault.vaultKey, type, name);
    items.push(await sealItem(p, vault, { type, itemId, itemVer: 1, content }));
  }
  return items;
}

/**
 * "Somebody knew my password" or had a device (PROTOCOL 3.12): a new master key, every item sealed anew for it, new encryption keys in a
 * bundle that the same account keys sign. Old encryption keys stay, for the history. Who held the old master key or the old encryption
 * keys opens nothing that comes after.
 * @throws CryptoError `identity-mismatch` when the published identity is not the vault's own newest; `vault-full`; `kdf-refused`
 */
export async function renewVault(p: Primitives, before: OpenedVault, input: RenewInput): Promise<RenewedVault> {
  const { kek, kdfParams, recoveryKek, username, identity, nowMs } = input;
  const { userId } = before;
  guardKdfParams(kdfParams);
  const { current } = identity;
  const newest = Math.max(...before.account.encryption.keys());
  if (current.bundle.bundleVer !== newest) throw new CryptoError('identity-mismatch');

  const secrets = await makeEncryptionKeys(p, newest + 1);
  const keys = await importDecryptionKeys(p, secrets);
  const account: Account = {
    ...before.account,
    encryption: new Map([...before.account.encryption, [newest + 1, keys]]),
  };
  const bundle = await makeBundle(p, {
    userId,
    username,
    bundleVer: newest + 1,
    notBeforeMs: nowMs,
    notAfterMs: nowMs + BUNDLE_LIFETIME_MS,
    previousBundleHash: current.hash,
    signer: account,
    rsaSpki: keys.rsaSpki,
    mlkem768: keys.kemPublicKey,
  });
  const bundles = [...identity.bundles.values()].map((verified) => verified.bundle.bytes);
  const renewed = await verifyIdentity(p, { userId, username, bundles: [...bundles, bundle], nowMs });

  const masterKey = p.randomBytes(32) as Bytes32;
  const slots = [await sealPasswordSlot(p, { userId, kek, kdfParams, masterKey })];
  if (recoveryKek !== null) slots.push(await sealRecoverySlot(p, { userId, kek: recoveryKek, masterKey }));
  const vaultKey = await importVaultKey(p, masterKey);
  masterKey.fill(0);
  const name = new ByteWriter().u32(newest + 1).finish();
  const fresh = { type: VAULT_ITEM_TYPES.encryptionKeys, name, content: writeEncryptionKeys(secrets) };
  const items = await sealAll(p, { userId, vaultKey }, [...allContents(before), fresh]);
  return { ...(await nextVault(p, before, { items, kdfParams, slots, vaultKey, account })), bundle, identity: renewed };
}
