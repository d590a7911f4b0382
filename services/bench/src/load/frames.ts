/** Where an envelope's message id lies: after magic, suite, kind and conversation id (PROTOCOL 5.1). */
const MESSAGE_ID_OFFSET = 22;
const MESSAGE_ID_BYTES = 16;
const INDEX_OFFSET = MESSAGE_ID_OFFSET + MESSAGE_ID_BYTES - 4;

/**
 * A message's number in its trial, kept in the last four bytes of its id so that an arrival is recognised without a look-up; the
 * twelve bytes before it are random, so that a store's index sees ids as scattered as real ones.
 */
export function numberMessageId(id: Uint8Array, index: number): void {
  new DataView(id.buffer, id.byteOffset).setUint32(MESSAGE_ID_BYTES - 4, index);
}

/** The same number in a frame that never was an envelope. */
export function numberFrame(frame: Buffer, index: number): void {
  frame.writeUInt32BE(index, INDEX_OFFSET);
}

/** Number of the message in a frame. */
export function frameNumber(frame: Buffer): number {
  return frame.length < INDEX_OFFSET + 4 ? -1 : frame.readUInt32BE(INDEX_OFFSET);
}
