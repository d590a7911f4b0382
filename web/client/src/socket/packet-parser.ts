import { LIMITS } from '@secureconnect/contracts/limits';
import { Decoder, Encoder } from 'socket.io-parser';

/** Receipts that may come with a page (contracts/messaging, SyncConversationOutcome). */
const RECEIPTS_MAX = 512;

/** Socket.IO's own decoder drops the connection over ten binary attachments; a page of history has one for each envelope. */
class PageDecoder extends Decoder {
  constructor() {
    super({ maxAttachments: LIMITS.syncPageMax + RECEIPTS_MAX });
  }
}

/** The `parser` option of a socket that reads pages of envelopes. */
export const packetParser = { Encoder, Decoder: PageDecoder };
