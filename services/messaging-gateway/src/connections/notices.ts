import type { UserId } from '@secureconnect/contracts/ids';
import type { GroupChanged } from '@secureconnect/contracts/groups';
import type { ConversationSummary, EphemeralArrived } from '@secureconnect/contracts/messaging';
import { userRoom, type MessagingServer } from '../delivery/fanout.js';

/** What people are told besides messages and receipts. Like those a hint: a device that misses one asks anew. */
export class Notices {
  #server: MessagingServer | undefined;

  attach(server: MessagingServer): void {
    this.#server = server;
  }

  /** To every connected device of these users, on every replica: one publish for all of them. */
  ephemeralArrived(users: readonly UserId[], envelope: EphemeralArrived['envelope']): void {
    this.#to(users)?.emit('ephemeral:arrived', { envelope });
  }

  conversationOpened(users: readonly UserId[], conversation: ConversationSummary): void {
    this.#to(users)?.emit('conversation:opened', { conversation });
  }

  groupChanged(users: readonly UserId[], change: GroupChanged): void {
    this.#to(users)?.emit('group:changed', change);
  }

  /** To those of the users who are connected to this replica, each device once. */
  identityChanged(users: readonly UserId[], changed: UserId): void {
    const server = this.#server;
    if (server === undefined) return;
    const here = server.of('/').adapter.rooms;
    const rooms = users.map(userRoom).filter((room) => here.has(room));
    if (rooms.length > 0) server.local.to(rooms).emit('identity:changed', { userId: changed });
  }

  /** To the user's devices at this replica. */
  creditsChangedHere(userId: UserId, available: number): void {
    this.#server?.local.to(userRoom(userId)).emit('credits:changed', { available });
  }

  /** To all sockets of this replica. */
  syncHintHere(): void {
    this.#server?.local.emit('sync:hint', {});
  }

  /** null for nobody: Socket.IO takes an empty list of rooms for everybody. */
  #to(users: readonly UserId[]) {
    return users.length === 0 ? null : (this.#server?.to(users.map(userRoom)) ?? null);
  }
}
