import { ConnectedSocket, MessageBody, SubscribeMessage, type OnGatewayConnection } from '@nestjs/websockets';
import {
  SetPresence,
  WatchPresence,
  type DoneOutcome,
  type WatchPresenceOutcome,
} from '@secureconnect/contracts/messaging';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { Connections } from '../connections/connections.js';
import type { MessagingSocket } from '../delivery/fanout.js';
import type { Watcher } from './presence-watch.js';
import { Presences } from './presences.js';

@CallerGateway()
export class PresenceGateway implements OnGatewayConnection<MessagingSocket> {
  readonly #watchers = new WeakMap<object, Watcher>();

  constructor(
    private readonly connections: Connections,
    private readonly presences: Presences,
  ) {}

  handleConnection(socket: MessagingSocket): void {
    const { userId } = socket.data;
    const watcher: Watcher = {
      userId,
      tell: (change) => {
        socket.emit('presence:changed', change);
      },
    };
    this.#watchers.set(socket, watcher);
    this.presences.socketCame(userId);
    socket.once('disconnect', () => {
      this.presences.forget(watcher);
      this.presences.socketWent(userId);
    });
  }

  @SubscribeMessage('presence:set')
  async set(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: SetPresence }) body: SetPresence,
  ): Promise<DoneOutcome> {
    this.connections.spend(socket, 'presence');
    await this.presences.set(socket.data.userId, body.visible);
    return { ok: true };
  }

  @SubscribeMessage('presence:watch')
  watch(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: WatchPresence }) body: WatchPresence,
  ): WatchPresenceOutcome {
    this.connections.spend(socket, 'presence');
    const watcher = this.#watchers.get(socket);
    // A socket that went meanwhile hears nothing any more.
    if (watcher === undefined || !socket.connected) return { ok: true, present: [] };
    return { ok: true, present: this.presences.watch(watcher, body.userIds) };
  }
}
