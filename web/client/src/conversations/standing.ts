import type { UserId } from '@secureconnect/contracts/ids';
import { contactState, preference, type Settings } from '@secureconnect/crypto/vault/settings';
import type { Standing } from '../messenger.js';
import { isGroup, type ConversationRecord } from './records.js';

/** Who looks at a conversation, and what of it is shown. */
export interface Viewer {
  readonly selfId: UserId;
  /** Whether it is shown what the others say to have read: who does not tell is not told. */
  readonly showsRead: boolean;
  /** A request of a stranger, or somebody blocked: nothing of theirs is shown. */
  readonly hidesOthers: boolean;
}

/** How the person stands to a conversation. Whoever has written in it has accepted it, on whatever device. A group is open. */
export function standingOf(
  record: Pick<ConversationRecord, 'chains' | 'conversationId' | 'peer'>,
  settings: Settings,
  selfId: UserId,
): Standing {
  if (isGroup(record)) return 'open';
  const { chains, peer } = record;
  const contact = contactState(settings, peer);
  if (contact === 'blocked') return 'blocked';
  if (contact === 'accepted' || Object.values(chains).some(({ user }) => user === selfId)) return 'open';
  return 'request';
}

export function viewerOf(
  record: Pick<ConversationRecord, 'chains' | 'conversationId' | 'peer'>,
  settings: Settings,
  selfId: UserId,
): Viewer {
  return {
    selfId,
    showsRead: preference(settings, 'readReceipts'),
    hidesOthers: standingOf(record, settings, selfId) !== 'open',
  };
}
