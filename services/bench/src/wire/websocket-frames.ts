/** Opcodes of RFC 6455, section 5.2. */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;

/**
 * One client's frame, whole. Its mask is zero, so that the payload stays as it is: masks keep the pages of a browser from writing
 * bytes of their choice past a proxy, and here is neither.
 */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = 2 + extended + MASK_BYTES;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = FINAL | opcode;
  if (extended === 0) frame[1] = MASKED | length;
  else if (extended === 2) {
    frame[1] = MASKED | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASKED | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.fill(0, 2 + extended, head);
  frame.set(payload, head);
  return frame;
}

/** Cuts a server's stream into frames. Payloads are views of what came in: copy what is kept. */
export class ServerFrames {
  #rest: Buffer[] = [];
  #have = 0;
  /** Bytes without which there is nothing to be read. */
  #needed = 0;
  readonly #onFrame: (opcode: number, payload: Buffer) => void;

  constructor(onFrame: (opcode: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws Error at a fragmented or masked frame, which these servers do not send */
  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#have > 0) {
      this.#rest.push(chunk);
      this.#have += chunk.length;
      if (this.#have < this.#needed) return;
      bytes = Buffer.concat(this.#rest);
      this.#rest = [];
      this.#have = 0;
    }
    let at = 0;
    for (;;) {
      const end = frameEnd(bytes, at);
      if (end > bytes.length) {
        this.#needed = end - at;
        break;
      }
      const length = bytes[at + 1]!;
      const head = length < 126 ? 2 : length === 126 ? 4 : 10;
      if ((bytes[at]! & FINAL) === 0 || length > 127) throw new Error('a frame in pieces, or masked');
      this.#onFrame(bytes[at]! & 0x0f, bytes.subarray(at + head, end));
      at = end;
    }
    if (at === bytes.length) return;
    this.#rest.push(bytes.subarray(at));
    this.#have = bytes.length - at;
  }
}

/** Where the frame at `at` ends; past the end of the bytes when it is not whole. */
function frameEnd(bytes: Buffer, at: number): number {
  const have = bytes.length - at;
  if (have < 2) return at + 2;
  const length = bytes[at + 1]! & 0x7f;
  if (length < 126) return at + 2 + length;
  if (length === 126) return have < 4 ? at + 4 : at + 4 + bytes.readUInt16BE(at + 2);
  return have < 10 ? at + 10 : at + 10 + Number(bytes.readBigUInt64BE(at + 2));
}
