/*
 * The floor: Socket.IO, the sharded Redis adapter, and nothing else. It keeps nothing, checks nothing and charges nothing; it names the
 * pair's room from the handshake. What the product costs on top of this is the price of what it does.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { FLOOR_PATH, type FromBareServer } from './floor-wire.js';

interface SendMessage {
  readonly envelope: Buffer;
}

const redisUrl = process.argv[2]!;
const publisher = new Redis(redisUrl, { enableAutoPipelining: true });
const subscriber = new Redis(redisUrl, { enableReadyCheck: false });
const http = createServer();
const server = new Server(http, {
  path: FLOOR_PATH,
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  adapter: createShardedAdapter(publisher, subscriber, { subscriptionMode: 'dynamic', channelPrefix: 'floor' }),
});

server.on('connection', (socket) => {
  const room = String(socket.handshake.headers['x-room']);
  let seq = 0;
  void socket.join(room);
  socket.on('message:send', ({ envelope }: SendMessage, acknowledge: (answer: object) => void) => {
    const messageId = envelope.toString('hex', 22, 38);
    const acceptedAtMs = Date.now();
    seq += 1;
    acknowledge({ ok: true, messageId, seq, acceptedAtMs, available: 0 });
    socket.to(room).emit('message:arrived', { seq, acceptedAtMs, envelope });
  });
  // Its room is heard once the subscription has gone out; a round trip on that connection comes after it.
  setImmediate(() => {
    void subscriber.ping().then(() => socket.emit('session:welcome', { replicaId: 'floor', serverTimeMs: Date.now() }));
  });
});

http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  process.send?.({ kind: 'listening', url: `http://127.0.0.1:${port}` } satisfies FromBareServer);
});
process.once('disconnect', () => process.exit(0));
