import type { ConversationId, MessageId, MessageView, Peer, UserId } from '../src/app/keyring/views';

const noon = Date.UTC(2026, 10, 23, 12);

/** A message of bob's at this position, a minute after the one before it; and whatever else is true of it. */
export function message(seq: number | null, changes: Partial<MessageView> = {}): MessageView {
  const number = seq ?? 0;
  return {
    conversationId: 'c'.repeat(32) as ConversationId,
    messageId: `m${number}` as MessageId,
    sender: 'b'.repeat(32) as UserId,
    outgoing: false,
    content: { kind: 'text', body: `text ${number}` },
    seq,
    sentAtMs: noon + number * 60_000,
    acceptedAtMs: noon + number * 60_000,
    clockMark: false,
    state: 'accepted',
    refusal: null,
    quote: null,
    editedAtMs: null,
    reactions: [],
    ...changes,
  };
}

export const idsOf = (messages: readonly MessageView[]): readonly string[] =>
  messages.map(({ messageId }) => messageId);

/** Somebody of this name; the id is made of its first letter. */
export const peer = (username: string): Peer => ({
  userId: username.slice(0, 1).repeat(32) as UserId,
  username,
  trust: 'first-use',
  pinnedAtMs: null,
});
