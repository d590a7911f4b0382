import type { UserId } from '@secureconnect/contracts/ids';
import type {
  Alarm,
  ConversationView,
  Messenger,
  Peer,
  Refused,
  RefusalCode,
  Trust,
} from '@secureconnect/client/messenger';

import type { Script } from '../script.js';
import { personOf } from './group';
import { rotated, ScriptedGroups } from './scripted-groups';
import { userIdOf } from './world';

/** A messenger without keys, server and storage: it says what its scenario says. For tests of the page alone. */
export class ScriptedMessenger extends ScriptedGroups implements Messenger, Script {
  refuse(call: keyof Messenger, code: RefusalCode | null, retryAfterSeconds?: number): void {
    const refused: Refused | undefined =
      code === null ? undefined : { ok: false, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    this.world.refusals = { ...this.world.refusals, [call]: refused };
  }

  alarm(code: Alarm['code'], name?: string): void {
    const conversationId = name === undefined ? null : this.named(name).view.conversationId;
    this.emit({ type: 'alarm', alarm: { code, userId: null, conversationId, atMs: Date.now() } });
  }

  changeKeys(username: string): void {
    this.setTrust(userIdOf(username), 'changed');
  }

  receive(username: string, body: string): void {
    const { view } = this.named(username);
    this.arrive(view.conversationId, view.peer.userId, body);
  }

  receiveIn(group: string, username: string, body: string): void {
    this.arrive(this.named(group).view.conversationId, userIdOf(username), body);
  }

  typeIn(group: string, username: string, isTyping: boolean): void {
    const { conversationId } = this.named(group).view;
    this.emit({ type: 'typing', conversationId, userId: userIdOf(username), isTyping });
  }

  expel(name: string, by: string, whom = 'me'): void {
    const { conversationId } = this.named(name).view;
    const target = personOf(whom);
    this.happen(conversationId, by, { kind: 'removed', target });
    this.expelFrom(conversationId, target.userId);
  }

  fork(name: string): void {
    this.tell({ ...this.named(name).group!, forked: true });
    this.alarm('group-forked', name);
  }

  rotate(name: string): void {
    const { group } = this.named(name);
    this.tell({ ...group!, epochCode: rotated(group!.epochCode ?? '') });
  }

  protected views(): readonly ConversationView[] {
    return this.world.conversations.map(({ view }) => view);
  }

  protected setTrust(userId: UserId, trust: Trust): Peer {
    let changed: Peer | undefined;
    for (const { view, group } of this.world.conversations) {
      if (view.peer.userId === userId) {
        changed = { ...view.peer, trust };
        this.change(view.conversationId, { peer: changed, held: trust === 'changed' });
      }
      if (group?.members.some(({ peer }) => peer.userId === userId) !== true) continue;
      const members = group.members.map((member) => {
        if (member.peer.userId !== userId) return member;
        changed = { ...member.peer, trust };
        return { ...member, peer: changed };
      });
      this.tell({ ...group, members });
    }
    return changed!;
  }
}
