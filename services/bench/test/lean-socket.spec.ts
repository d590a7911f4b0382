import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { Caller } from '../src/wire/caller.js';
import { LeanSocket } from '../src/wire/lean-socket.js';

describe('the lean socket, before a real Socket.IO server', () => {
  const http = createServer();
  const server = new Server(http, { path: '/socket/test', transports: ['websocket'], maxHttpBufferSize: 1_000_000 });
  let seat: { url: string; headers: Record<string, string> };

  beforeAll(async () => {
    server.use((socket, next) => {
      const isKnown = socket.handshake.headers['x-name'] === 'alice' && socket.handshake.auth.v === 1;
      next(isKnown ? undefined : new Error('unknown'));
    });
    server.on('connection', (socket) => {
      socket.on('echo', (body: object, acknowledge: (answer: object) => void) => {
        acknowledge({ ok: true, ...body });
      });
      socket.on('refuse', (_: object, acknowledge: (answer: object) => void) => {
        acknowledge({ ok: false, code: 'no' });
      });
      socket.on('tell', ({ parts }: { parts: Buffer[] }) => {
        socket.emit('told', { count: parts.length, first: parts[0], second: parts[1] });
      });
      socket.emit('session:welcome', {});
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    seat = { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, headers: { 'x-name': 'alice' } };
  });
  afterAll(() => server.close());

  it('asks and is answered, also with values and with bytes in lists', async () => {
    let told: (event: unknown) => void;
    const event = new Promise((resolve) => (told = resolve));
    const caller = await Caller.connect(seat, '/socket/test', (name, body, part) => {
      told({ name, count: body.count, part: Buffer.from(part!) });
    });
    await expect(caller.ask('echo', { number: 3, text: 'ä' })).resolves.toEqual({ ok: true, number: 3, text: 'ä' });
    const parts = [Buffer.alloc(100_000, 1), Buffer.alloc(10, 2)];
    void caller.ask('tell', { parts }).catch(() => undefined);
    await expect(event).resolves.toEqual({ name: 'told', count: 2, part: parts[0] });
    caller.close();
  });

  it('says what was refused', async () => {
    const caller = await Caller.connect(seat, '/socket/test');
    await expect(caller.mustDo('refuse', {})).rejects.toThrow('refuse was refused: no');
    caller.close();
    await expect(LeanSocket.connect({ ...seat, headers: {} }, '/socket/test')).rejects.toThrow('unknown');
    await expect(LeanSocket.connect(seat, '/nowhere')).rejects.toThrow();
  });
});
