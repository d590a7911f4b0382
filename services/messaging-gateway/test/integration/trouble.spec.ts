import { randomBytes } from 'node:crypto';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { MailboxStore } from '../../src/store/mailbox-store.js';
import { chainOfLetters, conversationOf, letter, person } from '../letters.js';
import { GatewayWorld, until } from './gateway-world.js';

describe('in trouble', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;

  beforeEach(async () => {
    world = await GatewayWorld.open();
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
  });
  afterEach(() => world.close());

  it('stores and acknowledges without Redis, delivers on the same replica, and hints a sync when Redis is back', async () => {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(second, bob);
    const nearBob = await world.connect(first, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    await world.redis.pause();
    expect(await atAlice.ask('message:send', { envelope: letter(alice, bob) })).toMatchObject({ ok: true, seq: 1 });
    await nearBob.waitFor('message:arrived');
    expect(atBob.of('message:arrived')).toEqual([]);
    await world.redis.resume();
    const links = [first, second].map(({ app }) => app.get(RedisLink));
    await until(() => links.every(({ isReady }) => isReady), 20_000, 'both replicas have Redis back');
    await Promise.all([atBob.waitFor('sync:hint', 1, 20_000), atAlice.waitFor('sync:hint', 1, 20_000)]);
    // Each replica hints once it is back itself, so what the other one published too early is found all the same.
    const hints = () => atAlice.of('sync:hint').length;
    const hintsBefore = hints();
    await atAlice.ask('conversation:open', { peerUserId: person().userId });
    const letters = chainOfLetters(bob, alice);
    await atBob.ask('message:send', { envelope: letters.next().value });
    await until(() => atAlice.of('message:arrived').length > 0 || hints() > hintsBefore, 20_000, 'alice hears of it');
  });

  it('captures later what credits could not take, and captures what a dead replica left', async () => {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    world.peers.settlementsAway = true;
    await atAlice.ask('message:send', { envelope: letter(alice, bob, { messageId: '1'.repeat(32) }) });
    // As after a SIGKILL: nobody drains the rows of gateway-1 any more.
    await first.app.get(OutboxRunner).stop();
    expect(world.peers.captured.size).toBe(0);
    world.peers.settlementsAway = false;
    await until(() => world.peers.captured.get('1'.repeat(32)) === 1, 15_000, 'gateway-2 takes the capture over');
  }, 25_000);

  it('keeps everything over a restart', async () => {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    const letters = chainOfLetters(alice, bob);
    await atAlice.ask('message:send', { envelope: letters.next().value });
    await world.stop(first);
    expect(atAlice.of('session:ended')).toEqual([{ reason: 'shutdown' }]);
    const again = await world.connect(await world.start('gateway-1'), alice);
    expect(await again.ask('message:send', { envelope: letters.next().value })).toMatchObject({ ok: true, seq: 2 });
  });

  it('refuses at the handshake: no device, an ended session; lets in by token while auth is away', async () => {
    const alice = person();
    const refused = async (claims: { sessionId?: string; deviceId?: string | null }) => {
      const { socket } = await world.dial(first, alice, claims);
      return new Promise((resolve) =>
        socket.once('connect_error', (error) => {
          resolve((error as { data?: unknown }).data);
        }),
      );
    };
    expect(await refused({ deviceId: null })).toEqual({ ok: false, code: 'device-unbound' });
    const sessionId = randomBytes(16).toString('hex');
    world.peers.endedSessions.add(sessionId);
    expect(await refused({ sessionId })).toEqual({ ok: false, code: 'session-ended' });
    world.peers.authAway = true;
    await world.connect(first, alice, { sessionId: randomBytes(16).toString('hex') });
  });

  it('throttles a socket that sends without end, with the time to wait', async () => {
    const slow = await world.start('gateway-3', { SEND_BURST: '2', SENDS_PER_SECOND: '1', THROTTLE_SCALE: '1' });
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(slow, alice);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    const letters = chainOfLetters(alice, bob);
    const answers = [];
    for (let count = 0; count < 3; count++)
      answers.push(await atAlice.ask('message:send', { envelope: letters.next().value }));
    expect(answers[2]).toEqual({ ok: false, code: 'throttled', retryAfterSeconds: 1 });
  });

  it('gives others their turn while somebody asks for hundreds of pages', async () => {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(first, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    const letters = chainOfLetters(alice, bob);
    for (let count = 0; count < 8; count++) await atAlice.ask('message:send', { envelope: letters.next().value });
    const reads = jest.spyOn(first.app.get(MailboxStore), 'page');
    const page = { conversationId: conversationOf(alice, bob), from: { afterSeq: 0 }, limit: 200 };
    const pages = Array.from({ length: 200 }, () => atAlice.ask('conversation:sync', page));
    await until(() => reads.mock.calls.length > 0, 5_000, 'the first page is read');
    await atBob.ask('conversation:list', { cursor: null, limit: 1 });
    expect(reads.mock.calls.length).toBeLessThan(100);
    await Promise.all(pages);
  });
});
