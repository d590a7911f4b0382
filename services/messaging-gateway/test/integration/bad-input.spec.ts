import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { conversationOf, letter, person } from '../letters.js';
import { GatewayWorld, type Device } from './gateway-world.js';

describe('bad input', () => {
  let world: GatewayWorld;
  let gateway: RunningService;
  let atAlice: Device;
  const [alice, bob, carol, mallory] = [person(), person(), person(), person()];

  beforeAll(async () => {
    world = await GatewayWorld.open();
    gateway = await world.start('gateway-1');
    atAlice = await world.connect(gateway, alice);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    const atCarol = await world.connect(gateway, carol);
    await atCarol.ask('conversation:open', { peerUserId: bob.userId });
  });
  afterAll(async () => {
    expect(world.rows('SELECT 1 FROM message')).toEqual([]);
    expect(world.rows('SELECT 1 FROM receipt')).toEqual([]);
    await world.close();
  });

  const polluted = JSON.parse('{"__proto__":{"ok":true},"constructor":1}') as object;
  const junk: [string, unknown[]][] = [
    ['nothing', []],
    ['null', [null]],
    ['a number', [7]],
    ['a text', ['x'.repeat(1_000)]],
    ['a list', [[1, 2, 3]]],
    ['an empty object', [{}]],
    ['a polluted object', [polluted]],
    ['bytes', [Buffer.alloc(100)]],
    ['two bodies', [{}, {}]],
  ];
  describe.each([
    'conversation:open',
    'conversation:list',
    'conversation:sync',
    'message:send',
    'message:delivered',
    'ephemeral:send',
    'presence:set',
    'presence:watch',
    'group:append',
    'group:rotate',
    'group:log',
    'group:epoch',
  ])('%s', (event) => {
    it.each(junk)('refuses %s', async (_, body) => {
      expect(await atAlice.ask(event, ...body)).toMatchObject({ ok: false, code: 'invalid-request' });
    });
  });

  const wrong: [string, string, unknown][] = [
    ['an id in capitals', 'conversation:open', { peerUserId: 'A'.repeat(32) }],
    ['an id too short', 'conversation:open', { peerUserId: 'a'.repeat(31) }],
    ['an unknown field', 'conversation:open', { peerUserId: bob.userId, role: 'admin' }],
    ['oneself', 'conversation:open', { peerUserId: alice.userId }],
    ['a page of none', 'conversation:list', { cursor: null, limit: 0 }],
    ['a page of too many', 'conversation:list', { cursor: null, limit: 201 }],
    ['a fraction', 'conversation:sync', { conversationId: 'a'.repeat(32), from: { afterSeq: 0.5 }, limit: 1 }],
    [
      'both directions',
      'conversation:sync',
      { conversationId: 'a'.repeat(32), from: { afterSeq: 0, beforeSeq: 1 }, limit: 1 },
    ],
    ['a text for bytes', 'message:send', { envelope: 'SCE1' }],
    ['too few bytes', 'message:send', { envelope: Buffer.alloc(10) }],
    ['too many bytes', 'message:send', { envelope: Buffer.alloc(262_145) }],
    ['too few bytes in a receipt', 'message:delivered', { receipt: Buffer.alloc(10) }],
  ];
  it.each(wrong)('refuses %s (%s)', async (_, event, body) => {
    expect(await atAlice.ask(event, body)).toMatchObject({ ok: false, code: 'invalid-request' });
  });

  it('refuses a conversation of others, an unknown one, and somebody who does not exist', async () => {
    const theirs = conversationOf(bob, carol);
    const sync = { from: { afterSeq: 0 }, limit: 10 };
    expect(await atAlice.ask('conversation:sync', { ...sync, conversationId: theirs })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
    expect(await atAlice.ask('conversation:sync', { ...sync, conversationId: 'f'.repeat(32) })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
    expect(await atAlice.ask('message:send', { envelope: letter(alice, carol, { conversationId: theirs }) })).toEqual({
      ok: false,
      code: 'conversation-unknown',
    });
    world.peers.unknownUsers.add(mallory.userId);
    expect(await atAlice.ask('conversation:open', { peerUserId: mallory.userId })).toEqual({
      ok: false,
      code: 'peer-unknown',
    });
  });

  it('refuses envelopes in another’s name', async () => {
    for (const given of [{ senderUser: bob.userId }, { senderDevice: bob.deviceId }]) {
      expect(await atAlice.ask('message:send', { envelope: letter(alice, bob, given) })).toEqual({
        ok: false,
        code: 'envelope-refused',
      });
      const receipt = letter(alice, bob, { kind: 6, ...given });
      expect(await atAlice.ask('message:delivered', { receipt })).toEqual({ ok: false, code: 'envelope-refused' });
    }
  });

  it('cuts a socket that sends 2 MB, and lives on', async () => {
    const flooding = await world.connect(gateway, alice);
    const gone = new Promise((resolve) => flooding.socket.once('disconnect', resolve));
    flooding.socket.emit('message:send', { envelope: Buffer.alloc(2_000_000) });
    await gone;
    expect(await atAlice.ask('conversation:list', { cursor: null, limit: 1 })).toMatchObject({ ok: true });
  });

  it('ignores events that nobody serves', async () => {
    atAlice.socket.emit('message:delete', { everything: true });
    expect(await atAlice.ask('conversation:list', { cursor: null, limit: 1 })).toMatchObject({ ok: true });
  });
});
