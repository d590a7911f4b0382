import { randomBytes } from 'node:crypto';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { Fanout } from '../../src/delivery/fanout.js';
import { chainOfLetters, letter, person } from '../letters.js';
import { GatewayWorld, until } from './gateway-world.js';

describe('a replica that dies, or is cut off, in the worst moment', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;

  beforeEach(async () => {
    world = await GatewayWorld.open();
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
  });
  afterEach(() => world.close());

  async function pair() {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(second, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    return { alice, bob, atAlice, atBob };
  }
  /** As if the process ended between its commit and its fan-out. */
  function dieBeforeFanout(service: RunningService): void {
    service.app.get(Fanout).messageArrived = () => undefined;
  }

  it('between commit and fan-out: the repetition on another replica tells the reader', async () => {
    const { alice, bob, atAlice, atBob } = await pair();
    dieBeforeFanout(first);
    const envelope = letter(alice, bob);
    await atAlice.ask('message:send', { envelope });
    expect(atBob.of('message:arrived')).toEqual([]);
    const elsewhere = await world.connect(second, alice);
    expect(await elsewhere.ask('message:send', { envelope })).toMatchObject({ ok: true, seq: 1 });
    await atBob.waitFor('message:arrived');
  });

  it('between commit and fan-out, and the sender never returns: who takes over its captures tells the reader', async () => {
    const { alice, bob, atAlice, atBob } = await pair();
    world.peers.settlementsAway = true;
    dieBeforeFanout(first);
    await atAlice.ask('message:send', { envelope: letter(alice, bob) });
    await first.app.get(OutboxRunner).stop();
    world.peers.settlementsAway = false;
    await atBob.waitFor('message:arrived', 1, 15_000);
  }, 60_000);

  it('cut off from Redis alone: the sockets of the others are told to sync when it is back', async () => {
    const { alice, bob, atAlice, atBob } = await pair();
    const link = first.app.get(RedisLink);
    link.commands.disconnect(true);
    link.subscriptions.disconnect(true);
    await atAlice.ask('message:send', { envelope: letter(alice, bob) });
    await atBob.waitFor('sync:hint');
  });

  it('a session that ends is refused at the next handshake, however often it came before', async () => {
    const alice = person();
    const sessionId = randomBytes(16).toString('hex');
    await world.connect(first, alice, { sessionId });
    world.peers.endedSessions.add(sessionId);
    const { socket } = await world.dial(first, alice, { sessionId });
    const refused = await new Promise((resolve) =>
      socket.once('connect_error', (error) => {
        resolve((error as { data?: unknown }).data);
      }),
    );
    expect(refused).toEqual({ ok: false, code: 'session-ended' });
  });

  it('refuses receipts that are no receipts by their size', async () => {
    const { alice, bob, atAlice } = await pair();
    const receipt = letter(alice, bob, { kind: 6, contentBytes: 65_536 });
    expect(await atAlice.ask('message:delivered', { receipt })).toEqual({ ok: false, code: 'envelope-refused' });
    expect(world.rows('SELECT 1 FROM receipt')).toEqual([]);
  });

  it('stopped with hundreds of sends on their way: whatever was acknowledged is stored, and captured once', async () => {
    const { alice, bob, atAlice } = await pair();
    const letters = chainOfLetters(alice, bob);
    const acknowledged: string[] = [];
    for (let count = 0; count < 300; count++) {
      void atAlice.ask('message:send', { envelope: letters.next().value }).then(
        (answer) => {
          if (answer.ok === true) acknowledged.push(String(answer.messageId));
        },
        () => undefined,
      );
    }
    await until(() => acknowledged.length > 20, 5_000, 'some are acknowledged');
    await world.stop(first);
    const stored = world.rows<{ id: string }>('SELECT message_id AS id FROM message').map((row) => row.id);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    await until(() => stored.every((id) => world.peers.captured.has(id)), 15_000, 'all that is stored is captured');
    expect([...world.peers.captured.values()].every((times) => times === 1)).toBe(true);
    expect(world.peers.captured.size).toBe(stored.length);
  }, 30_000);

  it('stopped while people send without a pause: it ends in seconds all the same', async () => {
    const acknowledged: string[] = [];
    // Thirty people, each with the next message on its way as soon as the last one is answered.
    for (let count = 0; count < 30; count++) {
      const { alice, bob, atAlice } = await pair();
      const letters = chainOfLetters(alice, bob);
      const send = (): void => {
        void atAlice.ask('message:send', { envelope: letters.next().value }).then(
          (answer) => {
            if (answer.ok !== true) return;
            acknowledged.push(answer.messageId as string);
            setTimeout(send, Math.random() * 5);
          },
          () => undefined,
        );
      };
      send();
    }
    await until(() => acknowledged.length > 300, 10_000, 'some are acknowledged');
    const began = performance.now();
    await world.stop(first);
    expect(performance.now() - began).toBeLessThan(4_000);
    const stored = world.rows<{ id: string }>('SELECT message_id AS id FROM message').map((row) => row.id);
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(stored).size).toBe(stored.length);
  }, 30_000);
});
