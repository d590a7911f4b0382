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

/** The number decides what an event costs, and nothing else. */
const COUNT_REPLICAS_MS = 10_000;

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
  /** How many replicas there are, as Redis said last. */
  #replicas = 1;
  #counting: NodeJS.Timeout | undefined;

  attach(server: MessagingServer): void {
    this.#server = server;
    this.#counting = setInterval(() => {
      server
        .of('/')
        .adapter.serverCount()
        .then(
          (count) => (this.#replicas = Math.max(1, count)),
          () => undefined,
        );
    }, COUNT_REPLICAS_MS);
    this.#counting.unref();
    server.httpServer.once('close', () => {
      clearInterval(this.#counting);
    });
  }

  /**
   * To every device of every member but the socket it came from. Where members are fewer than replicas, one publish a member, which
   * only replicas with devices of theirs hear; else one for all, which every replica hears.
   */
  messageArrived(members: readonly UserId[], message: MessageArrived, exceptSocket = ''): void {
    const rooms = members.map((member) => userRoom(member));
    for (const target of rooms.length < this.#replicas ? rooms : [rooms]) {
      this.#server?.to(target).except(exceptSocket).emit('message:arrived', message);
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
