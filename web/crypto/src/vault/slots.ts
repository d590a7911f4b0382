import { type Bytes, type Bytes16, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { readVaultHeader, SLOT_TYPES, type VaultHeader, type VaultSlot } from '@secureconnect/contracts/signed/vault';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { VaultKek } from '../kdf/derive.js';
import type { RecoveryKek } from '../kdf/recovery-key.js';
import type { AesKey, HkdfKey, Primitives } from '../primitives/primitives.js';

declare const opens: unique symbol;
/** The vault master key as a handle: derives every item key, cannot be read, and fits IndexedDB. */
export type VaultKey = HkdfKey & { readonly [opens]: 'vault' };

/** What opens a slot: the password's key with the very parameters of its derivation, or the recovery key's. */
export type SlotOpener =
  | { readonly slot: 'password'; readonly kek: VaultKek; readonly kdfParams: Uint8Array }
  | { readonly slot: 'recovery'; readonly kek: RecoveryKek };

const NOTHING: Bytes = new Uint8Array(0);
/** Params of a slot: none for the password, whose parameters are the header's; a version for the recovery key. */
const SLOT_PARAMS = { password: NOTHING, recovery: Uint8Array.of(1) } as const;

/**
 * AAD of a slot (PROTOCOL 3.2): binds user, type, id and params [T-8]; the password's also the KdfParams. The recovery slot has params of its
 * own alone, so that a password change leaves it as it is.
 */
function slotAssociated(userId: Bytes16, slot: SlotOpener['slot'], kdfParams: Bytes): Bytes {
  const writer = new ByteWriter().raw(userId).u8(SLOT_TYPES[slot]).u16(0).op16(SLOT_PARAMS[slot]);
  return labelled('slot', (slot === 'password' ? writer.raw(kdfParams) : writer).finish());
}

async function sealSlot(
  p: Primitives,
  input: {
    readonly slot: SlotOpener['slot'];
    readonly kek: AesKey;
    readonly associated: Bytes;
    readonly masterKey: Bytes32;
  },
): Promise<Bytes> {
  const nonce = p.randomBytes(12);
  const wrapped = await p.aesGcmSeal(input.kek, nonce, input.associated, input.masterKey);
  const params = SLOT_PARAMS[input.slot];
  return new ByteWriter().u8(SLOT_TYPES[input.slot]).u16(0).op16(params).raw(nonce).raw(wrapped).finish();
}

/** Seals the vault master key for the password; 65 bytes, as they stand in a header. */
export function sealPasswordSlot(
  p: Primitives,
  input: { readonly userId: Bytes16; readonly kek: VaultKek; readonly kdfParams: Bytes; readonly masterKey: Bytes32 },
): Promise<Bytes> {
  return sealSlot(p, {
    ...input,
    slot: 'password',
    associated: slotAssociated(input.userId, 'password', input.kdfParams),
  });
}

/** Seals the vault master key for the recovery key; 66 bytes, as they stand in a header. */
export function sealRecoverySlot(
  p: Primitives,
  input: { readonly userId: Bytes16; readonly kek: RecoveryKek; readonly masterKey: Bytes32 },
): Promise<Bytes> {
  return sealSlot(p, { ...input, slot: 'recovery', associated: slotAssociated(input.userId, 'recovery', NOTHING) });
}

/** The vault key of a master key. The bytes of the master key are no longer needed after this. */
export async function importVaultKey(p: Primitives, masterKey: Bytes): Promise<VaultKey> {
  return (await p.importHkdf(masterKey)) as VaultKey;
}

/**
 * The master key's bytes, out of the slot of this type; the caller wipes them. The header must name this user, and for the password the very
 * parameters of the derivation. Rejects for whatever reason; @throws CryptoError `vault-refused` where slot or header do not fit
 */
export async function openSlot(
  p: Primitives,
  header: VaultHeader,
  userId: Bytes16,
  opener: SlotOpener,
): Promise<Bytes32> {
  const slot = header.slots.find(({ type, slotId }) => type === SLOT_TYPES[opener.slot] && slotId === 0);
  const derived = opener.slot === 'recovery' || sameBytes(header.kdfParams.bytes, opener.kdfParams);
  if (slot === undefined || !derived || !sameBytes(header.userId, userId) || !hasParams(slot, opener.slot)) {
    throw new CryptoError('vault-refused');
  }
  const associated = slotAssociated(userId, opener.slot, header.kdfParams.bytes);
  return (await p.aesGcmOpen(opener.kek, slot.nonce, associated, slot.wrapped)) as Bytes32;
}

const hasParams = (slot: VaultSlot, type: SlotOpener['slot']) => sameBytes(slot.params, SLOT_PARAMS[type]);

export interface UnlockInput {
  /** The vault's header as the server gave it. */
  readonly header: Uint8Array;
  /** Whose vault this must be. */
  readonly userId: Bytes16;
  readonly kek: VaultKek;
  /** The KdfParams that the kek was derived with, 43 bytes. */
  readonly kdfParams: Uint8Array;
}

function unlock(p: Primitives, header: Uint8Array, userId: Bytes16, opener: SlotOpener): Promise<VaultKey> {
  return refusingAs('vault-refused', async () => {
    const masterKey = await openSlot(p, readVaultHeader(header), userId, opener);
    const vaultKey = await importVaultKey(p, masterKey);
    masterKey.fill(0);
    return vaultKey;
  });
}

/**
 * Opens the password slot (PROTOCOL 3.2). The header must name this user and the very parameters of the derivation.
 * @throws CryptoError `vault-refused` for every reason alike [T-8, T-10, T-13]
 */
export function unlockVault(p: Primitives, input: UnlockInput): Promise<VaultKey> {
  const { header, userId, kek, kdfParams } = input;
  return unlock(p, header, userId, { slot: 'password', kek, kdfParams });
}

/** Opens the recovery slot (PROTOCOL 3.2). @throws CryptoError `vault-refused` for every reason alike, no such slot among them */
export function unlockVaultWithRecoveryKey(
  p: Primitives,
  input: { readonly header: Uint8Array; readonly userId: Bytes16; readonly kek: RecoveryKek },
): Promise<VaultKey> {
  return unlock(p, input.header, input.userId, { slot: 'recovery', kek: input.kek });
}
