import { LIMITS } from '@secureconnect/contracts/limits';
import { Decoder, Encoder } from 'socket.io-parser';

/** Binary parts of one packet: a page of a group's log has one for each entry, and nothing that a client sends has more. */
const PARTS_MAX = LIMITS.groupEntriesPageMax;

/**
 * Socket.IO's decoder, with bounds of our own. Its own limit of ten parts is too low for a page of entries; and as each part may be
 * as large as a frame, all parts of a packet together may be no larger than one. What throws here ends the connection.
 */
class BoundedDecoder extends Decoder {
  #bytes = 0;

  constructor() {
    super({ maxAttachments: PARTS_MAX });
  }

  override add(part: unknown): void {
    if (typeof part === 'string') this.#bytes = 0;
    else if (part instanceof Uint8Array) this.#bytes += part.byteLength;
    if (this.#bytes > LIMITS.socketFrameMaxBytes) throw new Error('too many bytes in one packet');
    super.add(part);
  }
}

/** The `parser` option of our servers. */
export const packetParser = { Encoder, Decoder: BoundedDecoder };
