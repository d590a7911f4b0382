import type { GroupActs, GroupMember, GroupView } from '@secureconnect/client/acts/group-acts';
import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type {
  ConversationView,
  GroupHappening,
  GroupRole,
  MessageReach,
  Messenger,
  Outcome,
  Peer,
} from '@secureconnect/client/messenger';

import { group, personOf, summaryOf } from './group';
import { ok } from './scripted-stage';
import { ScriptedTalk } from './scripted-talk';
import { peerOf, SELF } from './world';

const NAME = /^[a-z][a-z0-9._-]{2,31}$/;

/** The part of the script that is about groups, by the rules that groups have. */
export abstract class ScriptedGroups extends ScriptedTalk implements GroupActs {
  findUser(username: string): Promise<Outcome<Peer>> {
    return this.unless('findUser', () => {
      if (!NAME.test(username)) return { ok: false, code: 'invalid-username' };
      if (username === SELF.username) return { ok: false, code: 'self-conversation' };
      if (username.startsWith('nobody')) return { ok: false, code: 'peer-unknown' };
      return ok(this.views().find(({ peer }) => peer.username === username)?.peer ?? peerOf(username));
    });
  }

  createGroup(name: string, usernames: readonly string[]): Promise<Outcome<ConversationView>> {
    return this.unless('createGroup', () => {
      const added = usernames.map((username) => ['me', { kind: 'added', target: peerOf(username) }] as const);
      const made = group({
        name,
        members: usernames.map((username) => ({ username })),
        lines: [],
        minutesAgo: 0,
        happened: [['me', { kind: 'created', name }], ...added],
      });
      this.world.conversations.push(made);
      return ok(made.view);
    });
  }

  /** The first other has read it, the second has it, the rest have said nothing. */
  reach(conversationId: ConversationId, messageId: MessageId): Promise<Outcome<MessageReach>> {
    return this.unless('reach', () => {
      if (!this.message(messageId)) return { ok: false, code: 'not-found' };
      const { view } = this.find(conversationId);
      const members = view.group === null ? [view.peer] : this.#group(conversationId).members.map(({ peer }) => peer);
      const others = members.filter(({ userId }) => userId !== SELF.userId);
      return ok({ read: others.slice(0, 1), delivered: others.slice(1, 2), waiting: others.slice(2) });
    });
  }

  group(conversationId: ConversationId): Promise<Outcome<GroupView>> {
    return this.unless('group', () => ok(this.#group(conversationId)));
  }

  addMember(conversationId: ConversationId, username: string): Promise<Outcome<GroupView>> {
    return this.#rewrite('addMember', conversationId, ({ members }) => {
      const peer = peerOf(username);
      if (username.startsWith('nobody')) return { ok: false, code: 'peer-unknown' };
      if (members.some((member) => member.peer.userId === peer.userId)) return { ok: false, code: 'group-refused' };
      this.happen(conversationId, 'me', { kind: 'added', target: peer });
      return ok([...members, { peer, role: 'member', addedAtMs: Date.now() }]);
    });
  }

  removeMember(conversationId: ConversationId, userId: UserId): Promise<Outcome<GroupView>> {
    return this.#rewrite('removeMember', conversationId, ({ members }) => {
      const target = members.find(({ peer }) => peer.userId === userId)!.peer;
      this.happen(conversationId, 'me', { kind: 'removed', target });
      return ok(members.filter(({ peer }) => peer !== target));
    });
  }

  setRole(conversationId: ConversationId, userId: UserId, role: GroupRole): Promise<Outcome<GroupView>> {
    return this.#rewrite('setRole', conversationId, ({ members }) => {
      const target = members.find(({ peer }) => peer.userId === userId)!.peer;
      this.happen(conversationId, 'me', { kind: 'role', target, role });
      return ok(
        members.map((member): GroupMember => {
          if (member.peer === target) return { ...member, role };
          // there is one owner: who gives ownership away becomes an admin
          return role === 'owner' && member.role === 'owner' ? { ...member, role: 'admin' } : member;
        }),
      );
    });
  }

  async renameGroup(conversationId: ConversationId, name: string): Promise<Outcome<GroupView>> {
    return this.unless('renameGroup', () => {
      this.happen(conversationId, 'me', { kind: 'renamed', name });
      return ok(this.tell({ ...this.#group(conversationId), name }));
    });
  }

  leaveGroup(conversationId: ConversationId): Promise<Outcome<null>> {
    return this.unless('leaveGroup', () => {
      const { members, ownRole } = this.#group(conversationId);
      if (ownRole === 'owner' && members.length > 1) return { ok: false, code: 'group-refused' };
      this.happen(conversationId, 'me', { kind: 'left' });
      this.expelFrom(conversationId);
      return ok(null);
    });
  }

  protected expelFrom(conversationId: ConversationId, userId = SELF.userId): void {
    const before = this.#group(conversationId);
    const members = before.members.filter(({ peer }) => peer.userId !== userId);
    this.tell({ ...before, members, ownRole: userId === SELF.userId ? null : before.ownRole });
  }

  /** A line of the group's log, behind everything that is there. */
  protected happen(conversationId: ConversationId, who: string, happened: GroupHappening): void {
    const scripted = this.find(conversationId);
    const event = {
      conversationId,
      entry: scripted.events.length + 1,
      beforeSeq: null,
      atMs: Date.now(),
      actor: personOf(who),
      happened,
    };
    scripted.events = [...scripted.events, event];
    this.emit({ type: 'group-event', event });
  }

  /** The group is as this says, from now on and for everybody here. */
  protected tell(changed: GroupView): GroupView {
    const { conversationId, name } = changed;
    const scripted = this.find(conversationId);
    scripted.group = changed;
    this.change(conversationId, {
      group: summaryOf(changed, scripted.view.group?.invitedBy ?? null),
      peer: { ...scripted.view.peer, username: name },
    });
    return changed;
  }

  #rewrite(
    call: keyof Messenger,
    conversationId: ConversationId,
    change: (group: GroupView) => Outcome<readonly GroupMember[]>,
  ): Promise<Outcome<GroupView>> {
    return this.unless(call, () => {
      const before = this.#group(conversationId);
      const outcome = change(before);
      if (!outcome.ok) return outcome;
      const members = outcome.value;
      const ownRole = members.find(({ peer }) => peer.userId === SELF.userId)?.role ?? null;
      return ok(this.tell({ ...before, members, ownRole, epochCode: rotated(before.epochCode ?? '') }));
    });
  }

  #group(conversationId: ConversationId): GroupView {
    return this.find(conversationId).group!;
  }
}

/** Another code, as every new epoch has one. */
export const rotated = (code: string): string => code.slice(1) + code.slice(0, 1);
