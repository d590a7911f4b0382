import type { GroupView } from '@secureconnect/client/acts/group-acts';
import type {
  GroupEventView,
  GroupHappening,
  GroupRole,
  GroupSummary,
  Peer,
  Standing,
  Trust,
} from '@secureconnect/client/messenger';

import { EPOCH_CODE } from '../spoken.js';
import { type Line, messagesOf, nextConversationId, peerOf, SELF, type ScriptedConversation } from './world';

const DAY_MS = 86_400_000;

export interface ScriptedMember {
  readonly username: string;
  readonly role?: GroupRole;
  readonly trust?: Trust;
}

export interface ScriptedGroup {
  readonly name: string;
  /** The others. */
  readonly members: readonly ScriptedMember[];
  /** null: no longer a member. */
  readonly ownRole?: GroupRole | null;
  readonly lines: readonly Line[];
  readonly minutesAgo: number;
  readonly pace?: number;
  readonly unread?: number;
  readonly forked?: boolean;
  readonly standing?: Standing;
  readonly invitedBy?: string;
  /** Who did what, and before which line (from 1); without one, after all. */
  readonly happened?: readonly (readonly [who: string, GroupHappening, before?: number])[];
}

export function group(of: ScriptedGroup): ScriptedConversation {
  const { name, lines, minutesAgo, pace = 1, unread = 0, forked = false, standing = 'open' } = of;
  const ownRole = of.ownRole === undefined ? 'owner' : of.ownRole;
  const conversationId = nextConversationId();
  const lastAtMs = Date.now() - minutesAgo * 60_000;
  const self = { peer: { ...peerOf(SELF.username), pinnedAtMs: null }, addedAtMs: Date.now() - 9 * DAY_MS };
  const others = of.members.map(({ username, role = 'member' as const, trust }) => ({
    peer: peerOf(username, trust),
    role,
    addedAtMs: Date.now() - 9 * DAY_MS,
  }));
  const members = ownRole === null ? others : [{ ...self, role: ownRole }, ...others];
  const view: GroupView = { conversationId, name, members, ownRole, epochCode: EPOCH_CODE, forked };
  const events = (of.happened ?? []).map(([who, happened, before], index): GroupEventView => {
    const beforeSeq = before ?? null;
    const lineMs = lastAtMs - (lines.length - (before ?? lines.length)) * pace * 60_000;
    return { conversationId, entry: index + 1, beforeSeq, atMs: lineMs, actor: personOf(who), happened };
  });
  const messages = messagesOf(conversationId, lines, { lastAtMs, pace, peer: name });
  return {
    view: {
      conversationId,
      kind: 'group',
      group: summaryOf(view, of.invitedBy === undefined ? null : peerOf(of.invitedBy)),
      peer: { userId: conversationId as never, username: name, trust: 'first-use', pinnedAtMs: null },
      last: messages.at(-1) ?? null,
      lastAtMs,
      unread,
      held: false,
      standing,
    },
    messages,
    group: view,
    events,
  };
}

/** `me`: whoever is signed in. */
export const personOf = (who: string): Peer => peerOf(who === 'me' ? SELF.username : who);

export const summaryOf = ({ name, members, ownRole, forked }: GroupView, invitedBy: Peer | null): GroupSummary => ({
  name,
  memberCount: members.length,
  ownRole,
  forked,
  invitedBy,
});
