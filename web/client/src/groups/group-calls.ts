import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { GroupView } from '../acts/group-acts.js';
import type { Roster } from '../conversations/roster.js';
import { isGroup } from '../conversations/records.js';
import type { Directory } from '../directory/directory.js';
import { peerView } from '../directory/peer-view.js';
import type { ConversationView, GroupRole, Peer } from '../views.js';
import { Refusal } from '../refusal.js';
import { checkUsername } from '../session/credentials.js';
import type { Groups } from './groups.js';

export interface GroupCallParts {
  readonly groups: Groups;
  readonly directory: Directory;
  readonly roster: Roster;
  readonly self: { readonly userId: UserId; readonly username: string };
}

/** What a person does with groups, by the names that people have. */
export class GroupCalls {
  readonly #parts: GroupCallParts;

  constructor(parts: GroupCallParts) {
    this.#parts = parts;
  }

  /** @throws Refusal `not-found`, `self-conversation`, `invalid-username` */
  async find(username: string): Promise<Peer> {
    const entry = await this.#parts.directory.find(this.#nameOf(username));
    return peerView(entry.userId, entry);
  }

  /** @throws Refusal `not-found`, `self-conversation`, `group-refused` for the name or for too many */
  async create(name: string, usernames: readonly string[]): Promise<ConversationView> {
    const { directory, groups, roster } = this.#parts;
    if (usernames.length >= LIMITS.groupMembersMax) throw new Refusal('group-refused');
    const others: UserId[] = [];
    for (const username of usernames) others.push((await directory.find(this.#nameOf(username))).userId);
    const conversationId = await groups.create(name, others);
    await roster.catchUp();
    return roster.view(conversationId);
  }

  async view(conversationId: ConversationId): Promise<GroupView> {
    await this.#need(conversationId);
    return this.#parts.groups.view(conversationId);
  }

  async add(conversationId: ConversationId, username: string): Promise<GroupView> {
    await this.#need(conversationId);
    const { userId } = await this.#parts.directory.find(this.#nameOf(username));
    await this.#parts.groups.add(conversationId, userId);
    return this.view(conversationId);
  }

  async remove(conversationId: ConversationId, userId: UserId): Promise<GroupView> {
    await this.#need(conversationId);
    await this.#parts.groups.remove(conversationId, userId);
    return this.view(conversationId);
  }

  async setRole(conversationId: ConversationId, userId: UserId, role: GroupRole): Promise<GroupView> {
    await this.#need(conversationId);
    await this.#parts.groups.setRole(conversationId, userId, role);
    return this.view(conversationId);
  }

  async rename(conversationId: ConversationId, name: string): Promise<GroupView> {
    await this.#need(conversationId);
    await this.#parts.groups.rename(conversationId, name);
    return this.view(conversationId);
  }

  async leave(conversationId: ConversationId): Promise<null> {
    await this.#need(conversationId);
    await this.#parts.groups.leave(conversationId);
    return null;
  }

  #nameOf(username: string) {
    const name = checkUsername(username);
    if (name === this.#parts.self.username) throw new Refusal('self-conversation');
    return name;
  }

  async #need(conversationId: ConversationId): Promise<void> {
    if (!isGroup(await this.#parts.roster.need(conversationId))) throw new Refusal('conversation-unknown');
  }
}
