import { randomBytes } from 'node:crypto';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { PublicIdentity } from '@secureconnect/contracts/auth';
import type { Socket } from 'socket.io-client';
import { judgeSocket, type Verdict } from '../src/bad-input/answers.js';
import { badCommands } from '../src/bad-input/mutations.js';
import { QuietWorld } from '../src/bad-input/quiet-world.js';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { userIdOf } from '../src/mallory/deceived-pair.js';
import { flipped, forgeMessage, readIdentity } from '../src/mallory/forgeries.js';
import type { BareAccount } from '../src/people/bare-account.js';
import { bareSocket } from '../src/people/bare-socket.js';
import { CookieJar } from '../src/people/cookie-jar.js';
import { tableDigests } from '../src/store/digest.js';
import type { World } from '../src/world/world.js';

jest.setTimeout(120_000);

const sockets: Socket[] = [];
let quiet: QuietWorld;
let world: World;
let eve: BareAccount;
beforeAll(async () => {
  quiet = await QuietWorld.begin();
  ({ world, eve } = quiet);
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await world.end();
});

/** Only typed refusals, nothing stored, every process still the same one. */
async function refuses(probe: () => Promise<Verdict[]>): Promise<Verdict[]> {
  const { verdicts, wrong } = await quiet.refuses(probe);
  expect(wrong).toEqual([]);
  return verdicts;
}

const anonymous = () => new CookieJar(world.stack.origin);

describe('every command of a socket', () => {
  async function connect(
    service: 'messaging' | 'signaling',
    jar: Pick<CookieJar, 'socketHeaders'> = eve.jar,
  ): Promise<Socket> {
    const { messagingSocket, signalingSocket } = world.endpoints();
    const socket = await bareSocket(service === 'messaging' ? messagingSocket : signalingSocket, service, jar);
    sockets.push(socket);
    return socket;
  }

  const say = async (socket: Socket, name: string, body: unknown, what: string): Promise<Verdict> => {
    const answer: unknown = await (
      socket.timeout(5_000).emitWithAck(name, ...(body === undefined ? [] : [body])) as Promise<unknown>
    ).catch(() => 'no answer');
    return judgeSocket(`${name}: ${what}`, answer);
  };

  it('refuses every bad body', async () => {
    const [messaging, signaling] = [await connect('messaging'), await connect('signaling')];
    const id = randomBytes(16).toString('hex');
    const commands: [Socket, string, Record<string, unknown>][] = [
      [messaging, 'conversation:open', { peerUserId: id }],
      [messaging, 'conversation:list', { cursor: { lastAtMs: 1, conversationId: 'x' }, limit: 50 }],
      [messaging, 'conversation:sync', { conversationId: id, from: { afterSeq: 0 }, limit: 50 }],
      [messaging, 'message:send', { envelope: Buffer.alloc(3_000) }],
      [messaging, 'message:delivered', { receipt: Buffer.alloc(3_000) }],
      [messaging, 'ephemeral:send', { envelope: Buffer.alloc(3_000) }],
      [messaging, 'group:append', { groupId: id, entries: [Buffer.alloc(300)] }],
      [messaging, 'group:rotate', { groupId: id, epoch: Buffer.alloc(500), wraps: Buffer.alloc(256) }],
      [messaging, 'group:log', { groupId: id, afterSeq: 0, limit: 50 }],
      [messaging, 'group:epoch', { groupId: id, epoch: 1 }],
      [signaling, 'signal:send', { toUserId: id, toDeviceId: null, envelope: Buffer.alloc(3_000) }],
      [signaling, 'call:start', { callId: id, conversationId: id }],
      [signaling, 'call:join', { callId: id, conversationId: id }],
      [signaling, 'call:find', { conversationId: id }],
      [signaling, 'call:connected', { callId: id, conversationId: id }],
      [signaling, 'call:alive', { callId: id, conversationId: id }],
      [signaling, 'call:leave', { callId: id, conversationId: id, end: 'hung-up' }],
      [signaling, 'turn:credentials', { callId: id, conversationId: id }],
    ];
    const verdicts = await refuses(async () => {
      const found: Verdict[] = [];
      for (const [socket, name, good] of commands) {
        for (const { how, body } of [{ how: 'as it is', body: good }, ...badCommands(good)]) {
          // The first page of the list has no cursor.
          if (how !== 'cursor is null') found.push(await say(socket, name, body, how));
        }
      }
      return found;
    });
    expect(verdicts.length).toBeGreaterThan(150);
    expect([messaging.connected, signaling.connected]).toEqual([true, true]);
  });

  /** Makes well-formed envelopes for alice and eve that claim to come from whomever. */
  async function forgery() {
    const identityOf = async (userId: string) => {
      const answer = await quiet.alice.jar.fetch(`${world.endpoints().auth}/users/${userId}`, { method: 'GET' });
      return readIdentity(PublicIdentity.parse(await answer.json()));
    };
    const aliceId = await userIdOf(quiet.alice);
    const readers = [await identityOf(aliceId), await identityOf(eve.userId)] as const;
    const forge = (senderUser: string, senderDevice = eve.device.deviceId, more: object = {}) =>
      forgeMessage({ senderUser, senderDevice, signer: eve.device.signer, readers, text: 'forged', ...more });
    return { aliceId, forge };
  }

  it('refuses signals that are none, too old, in another’s name, for others, or in no conversation', async () => {
    const signaling = await connect('signaling');
    const p = await loadPrimitives();
    const { aliceId, forge } = await forgery();
    const bobId = await userIdOf(quiet.bob);
    const { deviceId } = eve.device;
    const signal = { isSignal: true };
    const ring = async (what: string, envelope: Promise<{ bytes: Uint8Array }>, toUserId = aliceId) =>
      say(
        signaling,
        'signal:send',
        { toUserId, toDeviceId: null, envelope: Buffer.from((await envelope).bytes) },
        what,
      );
    const verdicts = await refuses(async () => [
      await ring('a text', forge(eve.userId)),
      await ring('as alice', forge(aliceId, deviceId, signal)),
      await ring('from another device', forge(eve.userId, p.randomBytes(16) as typeof deviceId, signal)),
      await ring('for alice, to bob', forge(eve.userId, deviceId, signal), bobId),
      await ring('of a minute ago', forge(eve.userId, deviceId, { ...signal, sentAtMs: Date.now() - 61_000 })),
      await ring('where nothing was opened', forge(eve.userId, deviceId, signal)),
    ]);
    expect(verdicts.map(({ answer }) => answer)).toEqual([
      'signal-refused',
      'signal-refused',
      'signal-refused',
      'signal-refused',
      'signal-expired',
      'not-a-member',
    ]);
  });

  it('refuses foreign conversations, other people’s ids and envelopes', async () => {
    const messaging = await connect('messaging');
    const p = await loadPrimitives();
    const { conversationId } = await quiet.alice.conversationWith(quiet.bob.username);
    const { aliceId, forge } = await forgery();
    const good = await forge(eve.userId);
    const unopened = idToHex(await directConversationId(p, idFromHex(eve.userId), idFromHex(aliceId)));
    const verdicts = await refuses(async () => [
      await say(
        messaging,
        'conversation:sync',
        { conversationId, from: { afterSeq: 0 }, limit: 50 },
        'alice’s and bob’s',
      ),
      await say(
        messaging,
        'conversation:sync',
        { conversationId: unopened, from: { beforeSeq: 10 }, limit: 50 },
        'one that was never opened',
      ),
      await say(messaging, 'conversation:open', { peerUserId: eve.userId }, 'with oneself'),
      await say(messaging, 'conversation:open', { peerUserId: 'ab'.repeat(16) }, 'with nobody'),
      await say(messaging, 'message:send', { envelope: Buffer.from(quiet.stored.envelope) }, 'alice’s own message'),
      await say(
        messaging,
        'message:send',
        { envelope: Buffer.from(good.bytes) },
        'in a conversation that was never opened',
      ),
      await say(messaging, 'message:send', { envelope: Buffer.from((await forge(aliceId)).bytes) }, 'as alice'),
      await say(
        messaging,
        'message:send',
        { envelope: Buffer.from((await forge(eve.userId, p.randomBytes(16) as typeof eve.device.deviceId)).bytes) },
        'from another device',
      ),
      await say(
        messaging,
        'message:delivered',
        { receipt: Buffer.from(quiet.stored.envelope) },
        'a message for a receipt',
      ),
    ]);
    expect(verdicts.map(({ answer }) => answer)).toEqual([
      'conversation-unknown',
      'conversation-unknown',
      'invalid-request',
      'peer-unknown',
      'envelope-refused',
      'conversation-unknown',
      'envelope-refused',
      'envelope-refused',
      'envelope-refused',
    ]);
    // In a conversation of her own, eve's envelopes are refused where they are not what they must be.
    await messaging.emitWithAck('conversation:open', { peerUserId: aliceId });
    await quiet.settle();
    await refuses(async () => [
      await say(messaging, 'message:send', { envelope: Buffer.from(good.bytes.slice(0, -1)) }, 'a byte short'),
      await say(
        messaging,
        'message:send',
        { envelope: Buffer.concat([good.bytes, Buffer.alloc(1)]) },
        'a byte too long',
      ),
      await say(messaging, 'message:send', { envelope: Buffer.from(flipped(good.bytes, 4)) }, 'of another suite'),
      await say(messaging, 'message:send', { envelope: Buffer.from(flipped(good.bytes, 38)) }, 'of another sender'),
    ]);
    // Out of order: its hold was placed before the chain was looked at, and let go. The row of that is all that stays.
    const mailbox = tableDigests(world.stack.replica('messaging-gateway').storeFile);
    const outOfOrder = await forge(eve.userId, eve.device.deviceId, { senderSeq: 2, previousHash: good.hash });
    expect(
      await say(messaging, 'message:send', { envelope: Buffer.from(outOfOrder.bytes) }, 'out of order'),
    ).toMatchObject({ answer: 'sequence-gap' });
    expect(tableDigests(world.stack.replica('messaging-gateway').storeFile)).toEqual(mailbox);
    await ledgerBalances(world.stack);
  });

  it('is cut for a frame of 2 MB, and nobody else is', async () => {
    const messaging = await connect('messaging');
    await refuses(async () => {
      const cut = new Promise((resolve) => messaging.once('disconnect', resolve));
      messaging.emit('message:send', { envelope: Buffer.alloc(2_000_000) });
      await cut;
      return [];
    });
  });

  it.each([
    ['without a session', () => anonymous(), { v: 1 }],
    ['from another page', () => Object.assign(new CookieJar('https://evil.example'), {}), { v: 1 }],
    ['of another protocol version', () => eve.jar, { v: 2 }],
    ['without a version', () => eve.jar, {}],
    ['with a field too many', () => eve.jar, { v: 1, admin: true }],
    ['with a version that is none', () => eve.jar, { v: '1' }],
  ])('is out of reach for a handshake %s', async (_, jar, auth) => {
    const { messagingSocket, signalingSocket } = world.endpoints();
    await refuses(async () => {
      await expect(bareSocket(messagingSocket, 'messaging', jar(), auth)).rejects.toThrow();
      await expect(bareSocket(signalingSocket, 'signaling', jar(), auth)).rejects.toThrow();
      return [];
    });
  });
});

describe('after all of it', () => {
  it('everyone can talk, and the ledger balances', async () => {
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    await everyoneCanTalk(quiet.alice, quiet.bob);
    await ledgerBalances(world.stack);
  });
});
