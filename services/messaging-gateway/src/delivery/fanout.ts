import type { UserId } from '@secureconnect/contracts/ids';
import type {
  ConversationSummary,
  MessageArrived,
  MessagingCommands,
  MessagingEvents,
} from '@secureconnect/contracts/messaging';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { CallerSocket } from '@secureconnect/platform/redis-io/caller-socket';
import type { DefaultEventsMap, Server } from 'socket.io';

export type MessagingServer = Server<MessagingCommands, MessagingEvents, DefaultEventsMap, CallerIdentity>;
export type MessagingSocket = CallerSocket<MessagingCommands, MessagingEvents>;

/** All devices of a user, on every replica. */
export function userRoom(userId: UserId): string {
  return `user:${userId}`;
}

/**
 * Sends events to the devices of people, on whatever replica they are. A hint, no promise: a device that misses one finds what
 * it missed by its next sync.
 */
export class Fanout {
  #server: MessagingServer | undefined;

  attach(server: MessagingServer): void {
    this.#server = server;
  }

  /** To every device of every member but the socket it came from. One publish a member: each room has its own channel. */
  messageArrived(members: readonly UserId[], message: MessageArrived, exceptSocket = ''): void {
    for (const member of members) {
      this.#server?.to(userRoom(member)).except(exceptSocket).emit('message:arrived', message);
    }
  }

  receiptArrived(members: readonly UserId[], receipt: Uint8Array, exceptSocket: string): void {
    for (const member of members) {
      this.#server
        ?.to(userRoom(member))
        .except(exceptSocket)
        .emit('receipt:arrived', { receipt: receipt as Uint8Array<ArrayBuffer> });
    }
  }

  conversationOpened(conversation: ConversationSummary): void {
    for (const member of conversation.members) {
      this.#server?.to(userRoom(member)).emit('conversation:opened', { conversation });
    }
  }

  creditsChanged(userId: UserId, available: number): void {
    this.#server?.to(userRoom(userId)).emit('credits:changed', { available });
  }

  /** To all sockets of all replicas: what this one published meanwhile has reached none of them. */
  syncHint(): void {
    this.#server?.emit('sync:hint', {});
  }
}
