import { randomBytes } from 'node:crypto';
import type { PublicIdentity } from '@secureconnect/contracts/auth';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { Socket } from 'socket.io-client';
import { judgeHttp, judgeSocket, type Verdict } from '../src/bad-input/answers.js';
import { BAD_PATH_PARTS, badBodies, badCommands } from '../src/bad-input/mutations.js';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { flipped, flippedText, forgeMessage, readIdentity } from '../src/mallory/forgeries.js';
import { registerBare, type BareAccount } from '../src/people/bare-account.js';
import { bareSocket } from '../src/people/bare-socket.js';
import { CookieJar } from '../src/people/cookie-jar.js';
import type { Person } from '../src/people/person.js';
import { tableDigests } from '../src/store/digest.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

let world: World;
let alice: Person;
let bob: Person;
/** An account whose keys lie open, with an envelope of alice's that it must not touch. */
let eve: BareAccount;
let stored: StoredMessage;
const sockets: Socket[] = [];
const anonymous = () => new CookieJar(world.stack.origin);

beforeAll(async () => {
  world = await World.begin({ signalings: 2 });
  ({ alice, bob } = await world.aliceAndBob());
  await everyoneCanTalk(alice, bob);
  eve = await registerBare(world.place(), world.name('eve'));
  const socket = await bareSocket(world.endpoints().messagingSocket, 'messaging', alice.jar);
  const { conversationId } = await alice.conversationWith(bob.username);
  const page = (await socket.emitWithAck('conversation:sync', { conversationId, from: { afterSeq: 0 }, limit: 1 })) as { messages: StoredMessage[] };
  stored = page.messages[0]!;
  socket.disconnect();
  await ledgerBalances(world.stack);
  // What is under way between the services arrives before anything is compared.
  let before = '';
  await eventually(
    async () => {
      const now = JSON.stringify(everythingStored());
      const isStill = now === before;
      before = now;
      await pause(500);
      return isStill;
    },
    (isStill) => isStill,
  );
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await world.end();
});

/** Everything that all stores hold. */
function everythingStored(): Record<string, unknown> {
  const files = new Set(world.stack.replicas.map(({ storeFile }) => storeFile));
  return Object.fromEntries([...files].map((file) => [file, tableDigests(file)]));
}

/** Does what it is told and holds afterwards: typed refusals only, nothing stored, every process still the same one. */
async function refusesAll(probe: () => Promise<Verdict[]>): Promise<Verdict[]> {
  const pids = world.stack.replicas.map(({ pid }) => pid);
  const before = everythingStored();
  const verdicts = await probe();
  expect(verdicts.filter(({ fault }) => fault !== null)).toEqual([]);
  expect(everythingStored()).toEqual(before);
  expect(world.stack.replicas.map(({ pid }) => pid)).toEqual(pids);
  return verdicts;
}

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Of the right shape, and refused all the same. */
  readonly body?: Record<string, unknown>;
  readonly anonymous?: boolean;
}

function ask(jar: CookieJar, { method, url }: Pick<Route, 'method' | 'url'>, text?: string, headers: Record<string, string> = {}): Promise<Response> {
  return jar.fetch(url, { method, headers: { 'content-type': 'application/json', ...headers }, ...(text !== undefined && { body: text }) });
}

function publicRoutes(): Route[] {
  const { auth, credits, admin } = world.endpoints();
  const { request } = eve;
  const unsigned = flippedText(request.vault.head, 100);
  return [
    { method: 'POST', url: `${auth}/prelogin`, body: { username: 'nobody' }, anonymous: true },
    {
      method: 'POST',
      url: `${auth}/register`,
      body: { ...request, userId: randomBytes(16).toString('hex'), username: 'nobody.yet', bundle: flippedText(request.bundle, 90) },
      anonymous: true,
    },
    { method: 'POST', url: `${auth}/login`, body: { username: eve.username, authSecret: randomBytes(32).toString('base64url') }, anonymous: true },
    { method: 'GET', url: `${auth}/me` },
    { method: 'POST', url: `${auth}/devices`, body: { deviceCert: flippedText(request.deviceCert, 40) } },
    { method: 'GET', url: `${auth}/vault` },
    { method: 'PUT', url: `${auth}/vault`, body: { expectedSeq: 1, header: request.vault.header, head: unsigned, upserts: [], deletes: [] } },
    { method: 'GET', url: `${auth}/users/${eve.userId}` },
    { method: 'GET', url: `${auth}/users/by-name/${eve.username}` },
    { method: 'GET', url: `${credits}/balance` },
    { method: 'GET', url: `${credits}/prices` },
    { method: 'POST', url: `${admin}/bootstrap`, body: { token: randomBytes(32).toString('base64url') } },
    { method: 'GET', url: `${admin}/users` },
    { method: 'GET', url: `${admin}/me` },
  ];
}

describe('every public route', () => {
  it('refuses every bad body', async () => {
    const verdicts = await refusesAll(async () => {
      const found: Verdict[] = [];
      for (const route of publicRoutes()) {
        if (!route.body) continue;
        // Pre-login answers for unknown names alike: its good body is answered, by design.
        const good = route.url.endsWith('prelogin') ? { username: 'NOT A NAME' } : route.body;
        for (const { how, text } of [{ how: 'as it is', text: JSON.stringify(good) }, ...badBodies(good)]) {
          found.push(await judgeHttp(`${route.method} ${route.url}: ${how}`, await ask(eve.jar, route, text)));
        }
        found.push(await judgeHttp(`${route.url} as text`, await ask(eve.jar, route, JSON.stringify(good), { 'content-type': 'text/plain' })));
        found.push(await judgeHttp(`${route.url} as a form`, await ask(eve.jar, route, 'username=a', { 'content-type': 'application/x-www-form-urlencoded' })));
        found.push(await judgeHttp(`${route.url} without a body`, await ask(eve.jar, route)));
      }
      return found;
    });
    expect(verdicts.length).toBeGreaterThan(300);
    const codes = new Set(verdicts.map(({ answer }) => answer));
    for (const code of ['invalid-request', 'too-large', 'credentials-refused', 'identity-refused', 'device-refused', 'vault-refused', 'bootstrap-refused']) {
      expect(codes).toContain(code);
    }
  });

  it('refuses whoever has no session, a false one, or comes from another page', async () => {
    await refusesAll(async () => {
      const found: Verdict[] = [];
      const foreign = new CookieJar('https://evil.example');
      for (const route of publicRoutes()) {
        const text = route.body && JSON.stringify(route.body);
        if (route.anonymous !== true && !route.url.endsWith('/prices')) {
          for (const cookie of ['', 'sc-access=abc', `sc-access=${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`, `sc-access=${'x'.repeat(5_000)}`]) {
            const jar = anonymous();
            const bare = { fetch: (url: string, init: RequestInit) => fetch(url, { ...init, headers: { ...(init.headers as object), cookie, origin: world.stack.origin } }) } as CookieJar;
            found.push(await judgeHttp(`${route.url} with cookie ${cookie.slice(0, 20)}`, await ask(cookie ? bare : jar, route, text)));
          }
        }
        if (route.method !== 'GET') found.push(await judgeHttp(`${route.url} from elsewhere`, await ask(foreign, route, text)));
        for (const method of ['DELETE', 'PATCH', 'PUT'] as const) {
          if (method === route.method) continue;
          found.push(await judgeHttp(`${method} ${route.url}`, await ask(eve.jar, { ...route, method: method as 'PUT' }, '{}')));
        }
      }
      return found;
    });
  });

  it('refuses bad paths and queries', async () => {
    const { auth, admin } = world.endpoints();
    await refusesAll(async () => {
      const found: Verdict[] = [];
      for (const part of BAD_PATH_PARTS) {
        for (const base of [`${auth}/users`, `${auth}/users/by-name`, auth, `${auth}/vault`]) {
          const url = `${base}/${part}`;
          found.push(await judgeHttp(url, await ask(eve.jar, { method: 'GET', url })));
        }
      }
      for (const query of ['page=-1', 'page=x', 'pageSize=100000', 'sort=password', 'order=up', `search=${'x'.repeat(200)}`, 'search=a&search=b', '__proto__[a]=1', 'page[]=1', 'extra=1']) {
        const url = `${admin}/users?${query}`;
        found.push(await judgeHttp(url, await ask(eve.jar, { method: 'GET', url })));
      }
      return found;
    });
  });

  it('refuses other people’s things', async () => {
    const { auth, admin } = world.endpoints();
    const { request } = eve;
    const hers = (await (await alice.jar.fetch(`${auth}/vault`, { method: 'GET' })).json()) as { seq: number; header: string; head: string };
    const verdicts = await refusesAll(async () => [
      await judgeHttp('eve’s vault for alice', await ask(alice.jar, { method: 'PUT', url: `${auth}/vault` }, JSON.stringify({ expectedSeq: hers.seq, header: request.vault.header, head: request.vault.head, upserts: [], deletes: [] }))),
      await judgeHttp('alice’s vault for eve', await ask(eve.jar, { method: 'PUT', url: `${auth}/vault` }, JSON.stringify({ expectedSeq: 1, header: hers.header, head: hers.head, upserts: [], deletes: [] }))),
      await judgeHttp('eve’s device for alice', await ask(alice.jar, { method: 'POST', url: `${auth}/devices` }, JSON.stringify({ deviceCert: request.deviceCert }))),
      await judgeHttp('alice’s name', await ask(anonymous(), { method: 'POST', url: `${auth}/register` }, JSON.stringify({ ...request, username: alice.username }))),
      await judgeHttp('eve’s id again', await ask(anonymous(), { method: 'POST', url: `${auth}/register` }, JSON.stringify({ ...request, username: 'somebody.else' }))),
      await judgeHttp('the users', await ask(eve.jar, { method: 'GET', url: `${admin}/users` })),
    ]);
    expect(verdicts.map(({ answer }) => answer)).toEqual(['vault-refused', 'vault-refused', 'device-refused', expect.stringMatching(/taken|refused/), expect.stringMatching(/taken|refused/), 'forbidden']);
  });
});

describe('every internal route', () => {
  const routes: [service: 'auth' | 'credits' | 'messaging-gateway' | 'admin', caller: 'messaging-gateway' | 'admin' | 'auth' | 'credits' | 'signaling' | 'launch', path: string, body: Record<string, unknown>][] = [
    ['auth', 'admin', 'users/lookup', { userIds: ['x'] }],
    ['auth', 'admin', 'users/page', { search: 'a', sort: 'password', order: 'asc', page: 0, pageSize: 10 }],
    ['auth', 'admin', 'users/role', { userId: 'x', role: 'admin' }],
    ['auth', 'messaging-gateway', 'sessions/check', { sessionIds: ['x'] }],
    ['credits', 'auth', 'accounts', { userIds: ['x'] }],
    ['credits', 'admin', 'balances', { userIds: ['x'] }],
    ['credits', 'messaging-gateway', 'holds', { holds: [] }],
    ['credits', 'messaging-gateway', 'settlements', { settlements: [] }],
    ['messaging-gateway', 'credits', 'messages/exist', { messageIds: ['x'] }],
    ['messaging-gateway', 'signaling', 'conversations/members', { conversationId: 'x' }],
  ];

  it('refuses every bad body, and whoever has no service’s token or another service’s', async () => {
    await refusesAll(async () => {
      const found: Verdict[] = [];
      for (const [service, caller, path, good] of routes) {
        const url = `${world.stack.replica(service).internalUrl}/internal/${path}`;
        const post = (text: string, authorization: string) =>
          fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: text });
        const token = world.stack.serviceAuthorization(caller);
        for (const { how, text } of [{ how: 'as it is', text: JSON.stringify(good) }, ...badBodies(good)]) {
          found.push(await judgeHttp(`${url}: ${how}`, await post(text, token)));
        }
        for (const authorization of ['', 'Service', `Service ${caller}:`, `Service ${caller}:${'A'.repeat(43)}`, token.replace(caller, 'nobody'), token.slice(0, -1)]) {
          found.push(await judgeHttp(`${url} as ${authorization.slice(0, 20)}`, await post(JSON.stringify(good), authorization)));
        }
        const behind = `${world.stack.replica(service).url}/internal/${path}`;
        found.push(await judgeHttp(`${behind} on the public port`, await fetch(behind, { method: 'POST', headers: { authorization: token, origin: world.stack.origin, 'content-type': 'application/json' }, body: JSON.stringify(good) })));
      }
      return found;
    });
  });
});

describe('every command of a socket', () => {
  async function connect(service: 'messaging' | 'signaling', jar: Pick<CookieJar, 'socketHeaders'> = eve.jar): Promise<Socket> {
    const { messagingSocket, signalingSocket } = world.endpoints();
    const socket = await bareSocket(service === 'messaging' ? messagingSocket : signalingSocket, service, jar);
    sockets.push(socket);
    return socket;
  }

  const say = async (socket: Socket, name: string, body: unknown, what: string): Promise<Verdict> => {
    const answer: unknown = await (socket.timeout(5_000).emitWithAck(name, ...(body === undefined ? [] : [body])) as Promise<unknown>).catch(() => 'no answer');
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
      [signaling, 'signal:send', { toUserId: id, toDeviceId: null, envelope: Buffer.alloc(3_000) }],
    ];
    const verdicts = await refusesAll(async () => {
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

  it('refuses foreign conversations, other people’s ids and envelopes', async () => {
    const messaging = await connect('messaging');
    const p = await loadPrimitives();
    const { conversationId } = await alice.conversationWith(bob.username);
    const identityOf = async (userId: string) =>
      readIdentity((await (await alice.jar.fetch(`${world.endpoints().auth}/users/${userId}`, { method: 'GET' })).json()) as PublicIdentity);
    const session = await alice.messenger.restore();
    const aliceId = session.state === 'signed-in' ? session.self.userId : '';
    const [hers, eves] = [await identityOf(aliceId), await identityOf(eve.userId)];
    const forge = (senderUser: string, senderDevice = eve.device.deviceId, more: object = {}) =>
      forgeMessage({ senderUser, senderDevice, signer: eve.device.signer, readers: [hers, eves], text: 'forged', ...more });
    const good = await forge(eve.userId);
    const unopened = idToHex(await directConversationId(p, idFromHex(eve.userId), idFromHex(aliceId)));
    const verdicts = await refusesAll(async () => [
      await say(messaging, 'conversation:sync', { conversationId, from: { afterSeq: 0 }, limit: 50 }, 'alice’s and bob’s'),
      await say(messaging, 'conversation:sync', { conversationId: unopened, from: { beforeSeq: 10 }, limit: 50 }, 'one that was never opened'),
      await say(messaging, 'conversation:open', { peerUserId: eve.userId }, 'with oneself'),
      await say(messaging, 'conversation:open', { peerUserId: 'ab'.repeat(16) }, 'with nobody'),
      await say(messaging, 'message:send', { envelope: Buffer.from(stored.envelope) }, 'alice’s own message'),
      await say(messaging, 'message:send', { envelope: Buffer.from(good.bytes) }, 'in a conversation that was never opened'),
      await say(messaging, 'message:send', { envelope: Buffer.from((await forge(aliceId)).bytes) }, 'as alice'),
      await say(messaging, 'message:send', { envelope: Buffer.from((await forge(eve.userId, p.randomBytes(16) as typeof eve.device.deviceId)).bytes) }, 'from another device'),
      await say(messaging, 'message:delivered', { receipt: Buffer.from(stored.envelope) }, 'a message for a receipt'),
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
    await refusesAll(async () => [
      await say(messaging, 'message:send', { envelope: Buffer.from(good.bytes.slice(0, -1)) }, 'a byte short'),
      await say(messaging, 'message:send', { envelope: Buffer.concat([good.bytes, Buffer.alloc(1)]) }, 'a byte too long'),
      await say(messaging, 'message:send', { envelope: Buffer.from(flipped(good.bytes, 4)) }, 'of another suite'),
      await say(messaging, 'message:send', { envelope: Buffer.from(flipped(good.bytes, 38)) }, 'of another sender'),
    ]);
    // Out of order: its hold was placed before the chain was looked at, and let go. The row of that is all that stays.
    const mailbox = tableDigests(world.stack.replica('messaging-gateway').storeFile);
    const outOfOrder = await forge(eve.userId, eve.device.deviceId, { senderSeq: 2, previousHash: good.hash });
    expect(await say(messaging, 'message:send', { envelope: Buffer.from(outOfOrder.bytes) }, 'out of order')).toMatchObject({ answer: 'sequence-gap' });
    expect(tableDigests(world.stack.replica('messaging-gateway').storeFile)).toEqual(mailbox);
    await ledgerBalances(world.stack);
  });

  it('is cut for a frame of 2 MB, and nobody else is', async () => {
    const messaging = await connect('messaging');
    await refusesAll(async () => {
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
    await refusesAll(async () => {
      await expect(bareSocket(messagingSocket, 'messaging', jar(), auth)).rejects.toThrow();
      await expect(bareSocket(signalingSocket, 'signaling', jar(), auth)).rejects.toThrow();
      return [];
    });
  });
});

describe('after all of it', () => {
  it('everyone can talk, and the ledger balances', async () => {
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    await everyoneCanTalk(alice, bob);
    await ledgerBalances(world.stack);
  });
});
