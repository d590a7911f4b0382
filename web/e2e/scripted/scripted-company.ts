import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { ConversationView } from '@secureconnect/client/messenger';

import { ScriptedCalls } from './scripted-calls';

/** Who is there and who types, as the scenario or the test says. */
export abstract class ScriptedCompany extends ScriptedCalls {
  /** What the page has told of its person, for tests to look at. */
  readonly told: string[] = [];

  protected abstract views(): readonly ConversationView[];

  async typing(conversationId: ConversationId, isTyping: boolean): Promise<void> {
    const username = this.views().find((view) => view.conversationId === conversationId)?.peer.username;
    this.told.push(`${username} ${isTyping ? 'types' : 'stopped'}`);
  }

  async watchPresence(userIds: readonly UserId[]): Promise<void> {
    this.told.push(`watches ${userIds.length}`);
    for (const userId of userIds) this.#show(userId, true, null);
  }

  type(username: string, isTyping: boolean): void {
    const { conversationId, peer } = this.named(username).view;
    this.emit({ type: 'typing', conversationId, userId: peer.userId, isTyping });
  }

  appear(username: string, online: boolean | null, lastSeenAtMs: number | null): void {
    this.#show(this.named(username).view.peer.userId, online, lastSeenAtMs);
  }

  #show(userId: UserId, online: boolean | null, lastSeenAtMs: number | null): void {
    this.emit({ type: 'presence', presence: { userId, online, lastSeenAtMs } });
  }
}
