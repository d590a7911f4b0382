import type { Bytes, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { SLOT_TYPES } from '@secureconnect/contracts/signed/vault';
import { refusingAs } from '../crypto-error.js';
import type { VaultKek } from '../kdf/derive.js';
import { guardKdfParams } from '../kdf/params.js';
import type { RecoveryKek } from '../kdf/recovery-key.js';
import type { Primitives } from '../primitives/primitives.js';
import { writtenSlot } from './header.js';
import { nextVault, type VaultStep } from './write-vault.js';
import type { OpenedVault } from './open-vault.js';
import { openSlot, sealPasswordSlot, sealRecoverySlot, type SlotOpener } from './slots.js';

/** Slots of the vault but for this type, as they are written. */
const slotsBut = (before: OpenedVault, type: number): readonly Bytes[] =>
  before.header.slots.filter((slot) => slot.type !== type).map(writtenSlot);

/** Takes the master key out for a moment. @throws CryptoError `vault-refused` when the opener does not open */
async function withMasterKey<T>(
  p: Primitives,
  before: OpenedVault,
  opener: SlotOpener,
  use: (masterKey: Bytes32) => Promise<T>,
): Promise<T> {
  const masterKey = await refusingAs('vault-refused', () => openSlot(p, before.header, before.userId, opener));
  try {
    return await use(masterKey);
  } finally {
    masterKey.fill(0);
  }
}

/**
 * A new password for the same vault (PROTOCOL 3.12): other parameters, other slot 1, the same master key; other slots stay as they are.
 * `opener` is the old password or the recovery key; `kek` comes from the new password, fresh `kdfParams` and a fresh serverShare.
 * @throws CryptoError `vault-refused` when the opener does not open; `kdf-refused`
 */
export async function changePassword(
  p: Primitives,
  before: OpenedVault,
  input: { readonly opener: SlotOpener; readonly kek: VaultKek; readonly kdfParams: Bytes },
): Promise<VaultStep> {
  const { opener, kek, kdfParams } = input;
  guardKdfParams(kdfParams);
  const slot = await withMasterKey(p, before, opener, (masterKey) =>
    sealPasswordSlot(p, { userId: before.userId, kek, kdfParams, masterKey }),
  );
  return nextVault(p, before, { kdfParams, slots: [slot, ...slotsBut(before, SLOT_TYPES.password)] });
}

/**
 * Lets a recovery key open the vault (PROTOCOL 3.13); the one before, if any, opens it no longer. `opener` is the password, asked for anew.
 * @throws CryptoError `vault-refused` when the opener does not open
 */
export async function addRecoverySlot(
  p: Primitives,
  before: OpenedVault,
  input: { readonly opener: SlotOpener; readonly kek: RecoveryKek },
): Promise<VaultStep> {
  const slot = await withMasterKey(p, before, input.opener, (masterKey) =>
    sealRecoverySlot(p, { userId: before.userId, kek: input.kek, masterKey }),
  );
  const { password, recovery } = SLOT_TYPES;
  const first = before.header.slots.filter(({ type }) => type === password).map(writtenSlot);
  const last = before.header.slots.filter(({ type }) => type > recovery).map(writtenSlot);
  return nextVault(p, before, { slots: [...first, slot, ...last] });
}

/** Takes the recovery key away. */
export function removeRecoverySlot(p: Primitives, before: OpenedVault): Promise<VaultStep> {
  return nextVault(p, before, { slots: slotsBut(before, SLOT_TYPES.recovery) });
}

/** Whether a recovery key opens the vault. */
export function hasRecoverySlot(opened: OpenedVault): boolean {
  return opened.header.slots.some(({ type }) => type === SLOT_TYPES.recovery);
}
