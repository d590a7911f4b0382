import { ENVELOPE_HEADER_BYTES, ENVELOPE_WRAP_BYTES } from '@secureconnect/contracts/signed/envelope';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { DeceivedPair, userIdOf, withEnvelope } from '../src/mallory/deceived-pair.js';
import { falseIdentityOf, flipped, forgeMessage, readIdentity } from '../src/mallory/forgeries.js';
import { Mallory } from '../src/mallory/mallory.js';
import type { Person } from '../src/people/person.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(90_000);

let world: World;
let pair: DeceivedPair;
let mallory: Mallory;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await World.begin();
});
beforeEach(async () => {
  pair = await DeceivedPair.meet(world);
  ({ mallory, alice, bob } = pair);
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

describe('[T-51] a wrap that is exchanged', () => {
  it('for that of another message, or between the two readers, fails', async () => {
    const wrap = (index: number) => ENVELOPE_HEADER_BYTES + 1 + index * ENVELOPE_WRAP_BYTES;
    await pair.tell((truth) => {
      const [first, second, third, ...rest] = truth;
      if (!third) return [];
      const foreign = new Uint8Array(second!.envelope);
      foreign.set(first!.envelope.slice(wrap(0), wrap(2)), wrap(0));
      const crossed = new Uint8Array(third.envelope);
      const [one, two] = [third.envelope.slice(wrap(0) + 20, wrap(1)), third.envelope.slice(wrap(1) + 20, wrap(2))];
      crossed.set(two, wrap(0) + 20);
      crossed.set(one, wrap(1) + 20);
      return [first!, withEnvelope(second!, foreign), withEnvelope(third, crossed), ...rest];
    });
    await pair.aliceWrites('one', 'SWAPPED two', 'SWAPPED three', 'four');
    expect(await pair.bobReads(4)).toEqual(['one', '[unverifiable]', '[unverifiable]', 'four']);
  });
});

describe('[T-53] a receipt that the server makes', () => {
  it('leaves the message where it is', async () => {
    const front = await Mallory.before(world);
    const carol = await world.newcomer('carol', front.place);
    await carol.open(bob.username);
    await carol.say(bob.username, 'one');
    await eventually(
      () => carol.thread(bob.username),
      ([first]) => first?.state === 'delivered',
    );
    const receipts: Uint8Array[] = [];
    const [carols, bobs] = [await pair.identityOf(carol), await pair.identityOf(bob)];
    // bob's browser is closed: whatever is confirmed now is a lie.
    await bob.messenger.close();
    const own = await falseIdentityOf(bobs.userId, bobs.username);
    const readers = [await readIdentity(carols), await readIdentity(bobs)] as const;
    const text = await forgeMessage({
      senderUser: bobs.userId,
      senderDevice: own.device.deviceId,
      signer: own.device.signer,
      readers,
      text: 'no receipt',
    });
    front.tamper = {
      command: async (name, body, forward) => {
        const answer = (await forward(body)) as { receipts?: Uint8Array[] };
        if (name === 'conversation:sync' && answer.receipts) {
          receipts.push(...answer.receipts.map((receipt) => new Uint8Array(receipt)));
          for (const receipt of [...receipts]) {
            const size = receipt.length;
            for (const index of [5, 81, 121, size - 200, size - 10])
              answer.receipts.push(Buffer.from(flipped(receipt, index)));
          }
          answer.receipts.push(Buffer.from(text.bytes));
        }
        return answer;
      },
    };
    await carol.say(bob.username, 'two');
    front.sockets.cut();
    await carol.connected();
    await carol.messenger.messages((await carol.conversationWith(bob.username)).conversationId, {
      beforeSeq: null,
      limit: 10,
    });
    front.sockets.emit('receipt:arrived', { receipt: Buffer.from(text.bytes) });
    front.sockets.emit('message:delivered', { messageId: '00'.repeat(16) });
    await eventually(
      () => carol.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    await pause(500);
    expect((await carol.thread(bob.username)).map(({ state }) => state)).toEqual(['delivered', 'accepted']);
  });
});

describe('[T-57] a plaintext event', () => {
  it('is never rendered as a message', async () => {
    await pair.aliceWrites('real');
    await pair.bobReads(1);
    const { conversationId } = await bob.conversationWith(alice.username);
    const sender = await userIdOf(alice);
    const plain = { type: 'text', body: 'INJECTED', text: 'INJECTED', sender, conversationId };
    const bodies = [
      plain,
      { seq: 2, acceptedAtMs: Date.now(), ...plain },
      { seq: 2, acceptedAtMs: Date.now(), envelope: 'INJECTED' },
      { seq: 2, acceptedAtMs: Date.now(), envelope: plain },
      { seq: 2, acceptedAtMs: Date.now(), envelope: Buffer.from('INJECTED') },
      { seq: 2, acceptedAtMs: Date.now(), envelope: Buffer.from('INJECTED'.repeat(200)) },
      { seq: 2, acceptedAtMs: Date.now(), envelope: Buffer.from(JSON.stringify(plain).padEnd(600)) },
    ];
    for (const body of bodies) mallory.sockets.emit('message:arrived', body);
    for (const name of ['message', 'message:text', 'chat', 'system']) mallory.sockets.emit(name, plain);
    mallory.sockets.emit('message:arrived');
    mallory.sockets.emit('message:arrived', null, plain);
    await eventually(
      () => bob.alarms.length,
      (alarms) => alarms >= bodies.length,
    );
    await pair.tell((truth) => [
      ...truth,
      { seq: 0, acceptedAtMs: Date.now(), envelope: Buffer.from('INJECTED'.repeat(200)) },
    ]);
    mallory.sockets.emit('sync:hint', {});
    await eventually(
      () => bob.words(alice.username),
      (words) => words.length === 2,
    );
    expect(await bob.words(alice.username)).toEqual(['real', '[unverifiable]']);
    expect(JSON.stringify(bob.events)).not.toContain('INJECTED');
  });
});

describe('[T-59] hostile bytes', () => {
  it('over the socket do not crash the messenger', async () => {
    await pair.aliceWrites('real');
    await pair.bobReads(1);
    const nested = (depth: number): unknown => {
      let value: unknown = 1;
      for (let n = 0; n < depth; n++) value = n % 2 ? [value] : { value };
      return value;
    };
    const hostile: unknown[] = [
      JSON.parse('{"__proto__":{"polluted":true},"seq":1}'),
      JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
      { seq: 1e308, acceptedAtMs: -1, envelope: Buffer.alloc(500) },
      { seq: Number.MAX_SAFE_INTEGER, acceptedAtMs: 1, envelope: Buffer.alloc(500) },
      nested(1_000),
      'x'.repeat(50_000_000),
      Buffer.alloc(5_000_000),
      [],
      null,
      true,
      '\ud800',
    ];
    for (const body of hostile) {
      for (const name of [
        'message:arrived',
        'receipt:arrived',
        'conversation:opened',
        'credits:changed',
        'session:welcome',
        'sync:hint',
        '__proto__',
        'constructor',
      ]) {
        if (typeof body === 'string' && body.length > 1_000 && name !== 'message:arrived') continue;
        mallory.sockets.emit(name, body);
      }
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    await everyoneCanTalk(alice, bob);
    expect(bob.alarms.length).toBeGreaterThan(30);
  });

  it('in answers and pages do not crash the messenger: 300 mutations of real ones', async () => {
    await pair.aliceWrites('one', 'two', 'three');
    await pair.bobReads(3);
    let seed = 42;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    const mutate = (value: unknown): unknown => {
      switch (random(9)) {
        case 0:
          return null;
        case 1:
          return { ...(value as object), extra: 1 };
        case 2:
          return [value];
        case 3:
          return { ok: random(2) === 0 };
        case 4:
          return JSON.parse('{"ok":true,"__proto__":{"polluted":true}}');
        case 5:
          return { ok: false, code: 'no such code' };
        case 6: {
          const page = structuredClone(value) as {
            messages?: { seq: unknown; envelope: unknown }[];
            lastSeq?: unknown;
          };
          if (page.messages?.[0]) page.messages[0].seq = [-1, 0, 1.5, 1e300, '1', null][random(6)];
          return page;
        }
        case 7: {
          const page = structuredClone(value) as { messages?: { envelope: Uint8Array }[] };
          for (const message of page.messages ?? []) {
            const length = random(message.envelope.length);
            message.envelope = Buffer.from(flipped(message.envelope, length)).subarray(
              0,
              random(2) ? undefined : Math.max(length, 1),
            );
          }
          return page;
        }
        default:
          return { ...(value as object), lastSeq: random(1_000_000) };
      }
    };
    let mutations = 0;
    const real = mallory.tamper;
    mallory.tamper = {
      command: async (name, body, forward) => {
        const answer = await forward(body);
        if (name !== 'conversation:sync' && name !== 'conversation:list') return answer;
        mutations++;
        return mutate(answer);
      },
    };
    const { conversationId } = await bob.conversationWith(alice.username);
    const clean = world.elsewhere(bob, mallory.place);
    await clean.logIn();
    for (let n = 0; n < 1_000 && mutations < 300; n++) {
      mallory.sockets.emit('sync:hint', {});
      await clean.messenger.messages(conversationId, { beforeSeq: null, limit: 50 });
      await bob.messenger.messages(conversationId, { beforeSeq: null, limit: 50 });
    }
    mallory.tamper = real;
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(mutations).toBeGreaterThanOrEqual(300);
    expect(clean.alarms).toContain('server-answer-refused');
    const after = world.elsewhere(bob, mallory.place);
    await after.logIn();
    await after.reads(alice.username, 'three');
    expect(await after.words(alice.username)).toEqual(['one', 'two', 'three']);
    await everyoneCanTalk(alice, after);
  });

  it.each<[string, () => Uint8Array]>([
    ['50 MB of JSON', () => Buffer.from(`{"userId":"${'a'.repeat(50_000_000)}"}`)],
    ['nesting without end', () => Buffer.from('['.repeat(2_000_000))],
    ['bad UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['a __proto__ key', () => Buffer.from('{"__proto__":{"polluted":true},"userId":"x"}')],
    ['no JSON', () => Buffer.from('<html>')],
    ['nothing', () => Buffer.alloc(0)],
  ])('over HTTP, %s, are refused', async (_, body) => {
    const carol = await world.newcomer('carol');
    mallory.tamper = {
      answer: ({ route }, answer) => (route.startsWith('auth/users/') ? { status: 200, body: body() } : answer),
    };
    expect(await bob.messenger.openConversation(carol.username)).toEqual({ ok: false, code: 'server-answer-refused' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    mallory.tamper = {};
    await bob.open(carol.username);
    await everyoneCanTalk(bob, carol);
  });

  it('with a key twice are read one way only, and what they claim is checked all the same', async () => {
    const carol = await world.newcomer('carol');
    const dave = await world.newcomer('dave');
    const [hers, his] = [await pair.identityOf(carol), await pair.identityOf(dave)];
    mallory.tamper = {
      answer: ({ route }, answer) => {
        if (!route.startsWith('auth/users/')) return answer;
        const text = JSON.stringify(hers);
        return { status: 200, body: Buffer.from(`${text.slice(0, -1)},"bundles":${JSON.stringify(his.bundles)}}`) };
      },
    };
    expect(await bob.messenger.openConversation(carol.username)).toEqual({ ok: false, code: 'peer-identity-refused' });
  });
});
