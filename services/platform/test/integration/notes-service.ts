import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketServer,
  type OnGatewayConnection,
} from '@nestjs/websockets';
import type { SessionId } from '@secureconnect/contracts/ids';
import type { SocketRefusal } from '@secureconnect/contracts/problem';
import type { Server } from 'socket.io';
import * as z from 'zod';
import { Anonymous, Caller, Internal, RateLimit, ServiceCaller } from '../../src/bootstrap/route-marks.js';
import type { ServiceDefinition } from '../../src/bootstrap/service-definition.js';
import { refusal, Violation } from '../../src/problem/violation.js';
import { CallerGateway } from '../../src/redis-io/caller-gateway.js';
import { HandshakeCheck, RedisRestored, type CallerSocket } from '../../src/redis-io/caller-socket.js';
import { RoomFanout } from '../../src/redis-io/room-fanout.js';
import type { CallerIdentity } from '../../src/tokens/caller.js';

/** A service as small as can be, to try the platform with. */
const Note = z.strictObject({
  text: z.string().max(100),
  tags: z.strictObject({ color: z.enum(['red', 'blue']) }).optional(),
});
const Page = z.strictObject({ page: z.coerce.number().int().min(0).max(9).default(0) });
const SocketNote = z.strictObject({
  toUserId: z.string().max(32),
  bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length < 2_000),
});

export const BANNED_USER = 'b'.repeat(32);

@Controller('api/notes')
class NotesController {
  @Post()
  @HttpCode(200)
  add(@Caller() caller: CallerIdentity, @Body({ schema: Note }) note: z.infer<typeof Note>) {
    if (note.text === 'forbidden') throw new Violation('forbidden');
    if (note.text === 'bug') throw new Error('the secret text of a bug');
    return { by: caller.userId, deviceId: caller.deviceId, length: note.text.length };
  }

  @Anonymous()
  @Get('hello')
  hello(@Query({ schema: Page }) page: z.infer<typeof Page>) {
    return { hello: 'anyone', page: page.page };
  }

  @Anonymous()
  @RateLimit(3, 60)
  @Get('rare')
  rare() {
    return {};
  }

  @RateLimit(3, 60)
  @Get('scarce')
  scarce() {
    return {};
  }

  @Post('large')
  @HttpCode(200)
  large(@Body({ schema: z.strictObject({ text: z.string() }) }) body: { text: string }) {
    return { length: body.text.length };
  }

  @Get('by/:name')
  byName(@Param('name', { schema: z.string().regex(/^[a-z]+$/) }) name: string) {
    return { name };
  }
}

@Internal('credits')
@Controller('internal/notes')
class InternalNotesController {
  @Post()
  @HttpCode(200)
  add(@ServiceCaller() caller: string, @Body({ schema: Note }) note: z.infer<typeof Note>) {
    return { caller, text: note.text };
  }
}

@CallerGateway()
class NotesGateway implements OnGatewayConnection<CallerSocket> {
  @WebSocketServer()
  private readonly server!: Server;

  constructor(private readonly fanout: RoomFanout) {}

  async handleConnection(socket: CallerSocket): Promise<void> {
    const room = `user:${socket.data.userId}`;
    await socket.join(room);
    await this.fanout.roomReady(room);
    socket.emit('welcome', { userId: socket.data.userId });
  }

  @SubscribeMessage('note:send')
  send(@ConnectedSocket() socket: CallerSocket, @MessageBody({ schema: SocketNote }) note: z.infer<typeof SocketNote>) {
    if (note.bytes.length === 0) return refusal('envelope-refused') satisfies SocketRefusal;
    if (note.bytes.length === 1) throw new Violation('not-a-member');
    if (note.bytes.length === 2) throw new Error('a bug');
    this.server
      .to(`user:${note.toUserId}`)
      .emit('note:arrived', { from: socket.data.userId, bytes: Buffer.from(note.bytes) });
    return { ok: true, length: note.bytes.length };
  }

  /** A large answer, as a page of history is one. */
  @SubscribeMessage('note:pour')
  pour(
    @MessageBody({ schema: z.strictObject({ sizeBytes: z.int().min(1).max(4_000_000) }) }) body: { sizeBytes: number },
  ) {
    return { ok: true, bytes: Buffer.alloc(body.sizeBytes, 1) };
  }

  /** Takes its time. */
  @SubscribeMessage('note:think')
  async think() {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { ok: true, thought: true };
  }

  hint(): void {
    this.server.local.emit('sync:hint', {});
  }
}

/** Sessions that are over, though no hint said so. */
export const ENDED_SESSIONS = new Set<SessionId>();

class RefuseBanned extends HandshakeCheck {
  endedAmong(sessionIds: readonly SessionId[]) {
    return Promise.resolve(new Set(sessionIds.filter((sessionId) => ENDED_SESSIONS.has(sessionId))));
  }

  refuse(caller: CallerIdentity) {
    return Promise.resolve(caller.userId === BANNED_USER ? ('account-banned' as const) : null);
  }
}

@Module({
  controllers: [NotesController, InternalNotesController],
  providers: [
    NotesGateway,
    { provide: HandshakeCheck, useClass: RefuseBanned },
    {
      provide: RedisRestored,
      inject: [NotesGateway],
      useFactory: (gateway: NotesGateway) => ({
        redisRestored: () => {
          gateway.hint();
        },
      }),
    },
  ],
})
class NotesModule {}

export const notesService: ServiceDefinition = {
  name: 'signaling',
  module: NotesModule,
  bodyLimits: { '/api/notes/large': 1_000_000 },
  sockets: { path: '/socket/notes', recheckSessionsMs: 200 },
};
