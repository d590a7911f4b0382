import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { ConversationView, GroupRole, Outcome, Peer } from '../views.js';

export interface GroupMember {
  readonly peer: Peer;
  readonly role: GroupRole;
  readonly addedAtMs: number;
}

/** A group as its signed log says (PROTOCOL 6), replayed on this device. */
export interface GroupView {
  readonly conversationId: ConversationId;
  readonly name: string;
  readonly members: readonly GroupMember[];
  /** null: no longer a member. */
  readonly ownRole: GroupRole | null;
  /** Short code that all members of one epoch see alike; null before the first epoch. */
  readonly epochCode: string | null;
  /** The server shows two logs: sending stopped (T-72). */
  readonly forked: boolean;
}

export interface GroupActs {
  /** The person with exactly this username, before they are put anywhere; nothing is begun with them, and they are told nothing. */
  findUser(username: string): Promise<Outcome<Peer>>;
  /** `name`: 1 to 100 characters, seen by members alone. At most 255 others, by exact username. */
  createGroup(name: string, usernames: readonly string[]): Promise<Outcome<ConversationView>>;
  group(conversationId: ConversationId): Promise<Outcome<GroupView>>;
  addMember(conversationId: ConversationId, username: string): Promise<Outcome<GroupView>>;
  removeMember(conversationId: ConversationId, userId: UserId): Promise<Outcome<GroupView>>;
  setRole(conversationId: ConversationId, userId: UserId, role: GroupRole): Promise<Outcome<GroupView>>;
  renameGroup(conversationId: ConversationId, name: string): Promise<Outcome<GroupView>>;
  /** Refused `group-refused` for an owner with others in the group: another owner first. */
  leaveGroup(conversationId: ConversationId): Promise<Outcome<null>>;
}
