import type { Bytes, Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { readVaultHeader, type VaultHeader, type VaultSlot } from '@secureconnect/contracts/signed/vault';
import { ByteWriter } from '../encoding/byte-writer.js';

/** Writes a vault header (PROTOCOL 3.1). `slots` are already in their written form, by rising (type, slotId). */
export function makeVaultHeader(input: {
  readonly userId: Bytes16;
  readonly seq: number;
  readonly previousHeaderHash: Bytes32;
  readonly kdfParams: Uint8Array;
  readonly slots: readonly Uint8Array[];
}): VaultHeader {
  const writer = new ByteWriter()
    .magic('SCV1')
    .u8(1)
    .raw(input.userId)
    .u64(input.seq)
    .raw(input.previousHeaderHash)
    .raw(input.kdfParams)
    .u8(input.slots.length);
  for (const slot of input.slots) writer.raw(slot);
  return readVaultHeader(writer.finish());
}

/** A slot as it stands in a header. */
export function writtenSlot({ type, slotId, params, nonce, wrapped }: VaultSlot): Bytes {
  return new ByteWriter().u8(type).u16(slotId).op16(params).raw(nonce).raw(wrapped).finish();
}

/** The slots of a header as they stand in it, for the next header. */
export function writtenSlots(header: VaultHeader): readonly Bytes[] {
  return header.slots.map(writtenSlot);
}
