import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import { OpenConversationOutcome, type OpenConversation } from '@secureconnect/contracts/messaging';
import { io } from 'socket.io-client';
import type { Seat } from '../load/plan.js';

const ANSWER_WITHIN_MS = 15_000;

/** Who opens a conversation, and with whom. */
export interface Opener extends OpenConversation {
  readonly seat: Seat;
}

/** Opens them one after the other, each by its opener's own socket. @throws Error when one is refused */
export async function openConversations(path: string, openers: readonly Opener[]): Promise<void> {
  for (const { seat, peerUserId } of openers) {
    const socket = io(seat.url, {
      path,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      query: { k: 'bench' },
      auth: { v: PROTOCOL_VERSION },
      extraHeaders: { ...seat.headers },
    });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve).once('connect_error', reject);
      });
      const answer: unknown = await socket.timeout(ANSWER_WITHIN_MS).emitWithAck('conversation:open', { peerUserId });
      const outcome = OpenConversationOutcome.parse(answer);
      if (!outcome.ok) throw new Error(`conversation:open was refused: ${outcome.code}`);
    } finally {
      socket.disconnect();
    }
  }
}
