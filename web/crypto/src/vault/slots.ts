import { type Bytes, type Bytes16, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { readVaultHeader, SLOT_TYPES, type VaultSlot } from '@secureconnect/contracts/signed/vault';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { VaultKek } from '../kdf/derive.js';
import type { HkdfKey, Primitives } from '../primitives/primitives.js';

declare const opens: unique symbol;
/** The vault master key as a handle: derives every item key, cannot be read, and fits IndexedDB. */
export type VaultKey = HkdfKey & { readonly [opens]: 'vault' };

/** AAD of a slot (PROTOCOL 3.2): binds user, slot and key derivation parameters [T-8]. */
function slotAssociated(userId: Bytes16, slot: Pick<VaultSlot, 'type' | 'slotId' | 'params'>, kdfParams: Bytes): Bytes {
  const { type, slotId, params } = slot;
  return labelled('slot', new ByteWriter().raw(userId).u8(type).u16(slotId).op16(params).raw(kdfParams).finish());
}

/** Seals the vault master key for the password; 79 bytes, as they stand in a header. */
export async function sealPasswordSlot(
  p: Primitives,
  input: { readonly userId: Bytes16; readonly kek: VaultKek; readonly kdfParams: Bytes; readonly masterKey: Bytes32 },
): Promise<Bytes> {
  const slot = { type: SLOT_TYPES.password, slotId: 0, params: new Uint8Array(0) } as const;
  const nonce = p.randomBytes(12);
  const associated = slotAssociated(input.userId, slot, input.kdfParams);
  const wrapped = await p.aesGcmSeal(input.kek, nonce, associated, input.masterKey);
  return new ByteWriter().u8(slot.type).u16(slot.slotId).op16(slot.params).raw(nonce).raw(wrapped).finish();
}

/** The vault key of a master key. The bytes of the master key are no longer needed after this. */
export async function importVaultKey(p: Primitives, masterKey: Bytes): Promise<VaultKey> {
  return (await p.importHkdf(masterKey)) as VaultKey;
}

export interface UnlockInput {
  /** The vault's header as the server gave it. */
  readonly header: Uint8Array;
  /** Whose vault this must be. */
  readonly userId: Bytes16;
  readonly kek: VaultKek;
  /** The KdfParams that the kek was derived with, 43 bytes. */
  readonly kdfParams: Uint8Array;
}

/**
 * Opens the password slot (PROTOCOL 3.2). The header must name this user and the very parameters of the derivation.
 * @throws CryptoError `vault-refused` for every reason alike [T-8, T-10, T-13]
 */
export function unlockVault(p: Primitives, input: UnlockInput): Promise<VaultKey> {
  return refusingAs('vault-refused', async () => {
    const header = readVaultHeader(input.header);
    const slot = header.slots.find(({ type }) => type === SLOT_TYPES.password);
    const expected = sameBytes(header.userId, input.userId) && sameBytes(header.kdfParams.bytes, input.kdfParams);
    if (slot?.params.length !== 0 || !expected) throw new CryptoError('vault-refused');
    const associated = slotAssociated(header.userId, slot, header.kdfParams.bytes);
    return importVaultKey(p, await p.aesGcmOpen(input.kek, slot.nonce, associated, slot.wrapped));
  });
}
