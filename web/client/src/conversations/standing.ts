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

type StandingFacts = Pick<ConversationRecord, 'chains' | 'conversationId' | 'invitedBy' | 'peer'>;

/**
 * How the person stands to a conversation. Whoever has written in it has accepted it, on whatever device. A group stands as whoever took the person
 * in (THREATS 76), until it was itself accepted or blocked, under its own id.
 */
export function standingOf(record: StandingFacts, settings: Settings, selfId: UserId): Standing {
  const { chains, invitedBy, peer } = record;
  const contact = contactState(settings, peer);
  if (contact === 'blocked') return 'blocked';
  if (contact === 'accepted' || Object.values(chains).some(({ user }) => user === selfId)) return 'open';
  if (!isGroup(record) || invitedBy === null) return 'request';
  if (invitedBy === selfId) return 'open';
  const inviter = contactState(settings, invitedBy);
  return inviter === 'accepted' ? 'open' : inviter === 'blocked' ? 'blocked' : 'request';
}

export function viewerOf(record: StandingFacts, settings: Settings, selfId: UserId): Viewer {
  return {
    selfId,
    showsRead: preference(settings, 'readReceipts'),
    hidesOthers: standingOf(record, settings, selfId) !== 'open',
  };
}
