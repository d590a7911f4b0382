import type { Vault, VaultItem, VaultPut } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { VaultItemId } from '@secureconnect/contracts/ids';
import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import type { SealedVault } from '@secureconnect/crypto/vault/head';
import type { VaultChange } from '@secureconnect/crypto/vault/write-vault';

/** A vault from the wire as bytes. The `seq` beside them is not believed: it is read from header and head. */
export function vaultFromWire({ header, head, items }: Vault): SealedVault {
  return {
    header: fromBase64Url(header),
    head: fromBase64Url(head),
    items: items.map(({ itemId, bytes }) => ({ itemId: idFromHex(itemId), bytes: fromBase64Url(bytes) })),
  };
}

/** A vault as the wire has it. */
export function vaultToWire({ header, head, items }: SealedVault, seq: number): Vault {
  return { seq, header: toBase64Url(header), head: toBase64Url(head), items: items.map(itemToWire) };
}

export function changeToWire({ expectedSeq, header, head, upserts, deletes }: VaultChange): VaultPut {
  return {
    expectedSeq,
    header: toBase64Url(header),
    head: toBase64Url(head),
    upserts: upserts.map(itemToWire),
    deletes: deletes.map((itemId) => idToHex(itemId) as VaultItemId),
  };
}

function itemToWire({ itemId, bytes }: { readonly itemId: Bytes16; readonly bytes: Uint8Array }): VaultItem {
  return { itemId: idToHex(itemId) as VaultItemId, bytes: toBase64Url(bytes) };
}
