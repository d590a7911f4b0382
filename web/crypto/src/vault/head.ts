import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import {
  vaultHeaderHashPreimage,
  vaultHeadPreimage,
  vaultItemHashPreimage,
  vaultItemsHashPreimage,
} from '@secureconnect/contracts/signed/vault';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { AccountSigner } from '../identity/keys.js';
import type { Primitives } from '../primitives/primitives.js';

/** A vault by its number and hash: what a device remembers of the newest one it has seen (PROTOCOL 3.9). */
export interface VaultMark {
  readonly seq: number;
  readonly hash: Bytes32;
}

/** A whole vault as it is stored. */
export interface SealedVault {
  readonly header: Uint8Array;
  readonly head: Uint8Array;
  readonly items: readonly { readonly itemId: Bytes16; readonly bytes: Uint8Array }[];
}

/** H(header) and H(sorted item hashes), as the head names them (PROTOCOL 3.4). */
export async function vaultHashes(
  p: Primitives,
  header: Uint8Array,
  items: readonly Uint8Array[],
): Promise<{ readonly headerHash: Bytes32; readonly itemsHash: Bytes32 }> {
  const [headerHash, ...itemHashes] = await Promise.all([
    p.sha256(vaultHeaderHashPreimage(header)),
    ...items.map((item) => p.sha256(vaultItemHashPreimage(item))),
  ]);
  return { headerHash, itemsHash: await p.sha256(vaultItemsHashPreimage(itemHashes)) };
}

/** Signs a vault's head, 136 bytes, with the account key; gives the mark too. */
export async function signVaultHead(
  p: Primitives,
  signer: AccountSigner,
  vault: { readonly header: Uint8Array; readonly items: readonly Uint8Array[]; readonly seq: number },
): Promise<{ readonly head: Bytes; readonly mark: VaultMark }> {
  const { headerHash, itemsHash } = await vaultHashes(p, vault.header, vault.items);
  const signed = new ByteWriter().raw(headerHash).raw(itemsHash).u64(vault.seq).finish();
  const preimage = vaultHeadPreimage(signed);
  const [signature, hash] = await Promise.all([p.ed25519.sign(signer.ed25519.signer, preimage), p.sha256(preimage)]);
  return { head: concatBytes(signed, signature), mark: { seq: vault.seq, hash } };
}
