import type { OnGatewayConnection, OnGatewayInit } from '@nestjs/websockets';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { RoomFanout } from '@secureconnect/platform/redis-io/room-fanout';
import { Fanout, userRoom, type MessagingServer, type MessagingSocket } from '../delivery/fanout.js';
import { Connections } from './connections.js';
import { Notices } from './notices.js';

/** Sockets come and go. Who they are was settled before (platform's handshake, SessionCheck). */
@CallerGateway()
export class ConnectionsGateway implements OnGatewayInit<MessagingServer>, OnGatewayConnection<MessagingSocket> {
  constructor(
    private readonly connections: Connections,
    private readonly fanout: Fanout,
    private readonly notices: Notices,
    private readonly rooms: RoomFanout,
    private readonly config: ServiceConfig,
  ) {}

  afterInit(server: MessagingServer): void {
    this.fanout.attach(server);
    this.notices.attach(server);
  }

  handleConnection(socket: MessagingSocket): void {
    const room = userRoom(socket.data.userId);
    void socket.join(room);
    this.connections.add(socket, this.rooms.roomReady(room));
    socket.emit('session:welcome', { replicaId: this.config.replicaId, serverTimeMs: Date.now() });
  }
}
