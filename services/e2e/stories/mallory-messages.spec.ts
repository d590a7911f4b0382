import type { PublicIdentity } from '@secureconnect/contracts/auth';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { ENVELOPE_HEADER_BYTES, ENVELOPE_WRAP_BYTES, readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { falseIdentityOf, flipped, forgeMessage, readIdentity } from '../src/mallory/forgeries.js';
import { Mallory } from '../src/mallory/mallory.js';
import { StoryTeller, type Telling } from '../src/mallory/story-teller.js';
import type { Person } from '../src/people/person.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(90_000);

let world: World;
/** Between bob and the services. */
let mallory: Mallory;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await World.begin();
});
beforeEach(async () => {
  mallory = await Mallory.before(world, 2);
  ({ alice, bob } = await world.aliceAndBob({ bob: mallory.place }));
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

const changed = (message: StoredMessage, envelope: Uint8Array): StoredMessage => ({ ...message, envelope: new Uint8Array(envelope) });

/** From now on bob is told this story of his conversation with alice. */
async function tell(telling: Telling, reader = bob, through = mallory, other = alice): Promise<StoryTeller> {
  const { conversationId } = await reader.conversationWith(other.username);
  return new StoryTeller(through, conversationId, telling);
}

/** alice writes, the server stores. */
async function aliceWrites(...texts: string[]): Promise<void> {
  for (const text of texts) await alice.say(bob.username, text);
  await eventually(() => alice.messenger.unsent(), (unsent) => unsent === 0);
}

async function bobReads(count: number): Promise<string[]> {
  return eventually(() => bob.words(alice.username), (words) => words.length === count);
}

async function userIdOf(person: Person): Promise<string> {
  const session = await person.messenger.restore();
  return session.state === 'signed-in' ? session.self.userId : '';
}

async function publicIdentityOf(person: Person): Promise<PublicIdentity> {
  const answer = await alice.jar.fetch(`${world.endpoints().auth}/users/${await userIdOf(person)}`, { method: 'GET' });
  return (await answer.json()) as PublicIdentity;
}

/** The envelopes of the thread as the server really has them. */
async function truthOf(story: StoryTeller, count: number): Promise<StoredMessage[]> {
  let truth: readonly StoredMessage[] = [];
  const { telling } = story;
  story.telling = (all) => (truth = all);
  await eventually(() => (mallory.sockets.emit('sync:hint', {}), story.told.length), (found) => found >= count);
  story.telling = telling;
  return [...truth];
}

describe('[T-40] a message that the server makes', () => {
  it('with bob’s public keys and alice’s name is not shown as alice’s', async () => {
    await aliceWrites('one');
    await bobReads(1);
    const [alices, bobs] = [await publicIdentityOf(alice), await publicIdentityOf(bob)];
    const own = await falseIdentityOf(alices.userId, alices.username);
    const readers = [await readIdentity(alices), await readIdentity(bobs)] as const;
    const story = await tell((truth) => truth);
    const [genuine] = await truthOf(story, 1);
    const { header } = readEnvelope(genuine!.envelope);
    const forged = [
      // Under alice's real device id, and under a device of mallory's own; as the next of the chain and as a first message.
      await forgeMessage({ senderUser: alices.userId, senderDevice: header.senderDevice, signer: own.device.signer, readers, text: 'FORGED 1' }),
      await forgeMessage({ senderUser: alices.userId, senderDevice: own.device.deviceId, signer: own.device.signer, readers, text: 'FORGED 2' }),
    ];
    story.telling = (truth) => [...truth, ...forged.map(({ bytes }) => ({ seq: 0, acceptedAtMs: Date.now(), envelope: bytes }))];
    story.push();
    expect(await bobReads(3)).toEqual(['one', '[unverifiable]', '[unverifiable]']);
    // A certificate of mallory's own for that device does not help.
    mallory.tamper = {
      ...mallory.tamper,
      answer: ({ route }, answer) =>
        route === `auth/users/${alices.userId}`
          ? { status: 200, body: { ...alices, deviceCerts: [...alices.deviceCerts, ...own.published.deviceCerts] } }
          : answer,
    };
    const { conversationId } = await bob.conversationWith(alice.username);
    await bob.messenger.lookAgain(conversationId);
    await pause(200);
    expect(await bob.words(alice.username)).toEqual(['one', '[unverifiable]', '[unverifiable]']);
    expect(JSON.stringify(bob.events)).not.toContain('FORGED');
  });
});

describe('[T-41] an edited envelope', () => {
  const fields: Record<string, number> = {
    suite: 4,
    kind: 5,
    conversation: 6,
    'message id': 22,
    'sender user': 38,
    'sender device': 54,
    'bundle version': 73,
    sequence: 81,
    'previous hash': 90,
    time: 121,
    'group head': 130,
    epoch: 161,
    'ack root': 170,
    'log size': 201,
    'log root': 210,
    'number of wraps': ENVELOPE_HEADER_BYTES,
    'first recipient': ENVELOPE_HEADER_BYTES + 1,
    'first wrap’s bundle version': ENVELOPE_HEADER_BYTES + 20,
    'second recipient': ENVELOPE_HEADER_BYTES + 1 + ENVELOPE_WRAP_BYTES,
    'second wrap': ENVELOPE_HEADER_BYTES + 1 + ENVELOPE_WRAP_BYTES + 300,
    commitment: ENVELOPE_HEADER_BYTES + 1 + 2 * ENVELOPE_WRAP_BYTES,
    nonce: ENVELOPE_HEADER_BYTES + 1 + 2 * ENVELOPE_WRAP_BYTES + 32,
    ciphertext: ENVELOPE_HEADER_BYTES + 1 + 2 * ENVELOPE_WRAP_BYTES + 32 + 12,
    signature: -1,
  };

  it('is not shown, whatever field was changed, and each leaves one visible mark', async () => {
    const places = Object.values(fields);
    await tell((truth) =>
      truth.map((message, index) => {
        const place = places[index];
        if (place === undefined) return message;
        return changed(message, flipped(message.envelope, place < 0 ? message.envelope.length + place : place));
      }),
    );
    await aliceWrites(...Object.keys(fields).map((field) => `EDITED ${field}`), 'untouched');
    const words = await bobReads(places.length + 1);
    expect(words).toEqual([...places.map(() => '[unverifiable]'), 'untouched']);
    expect(JSON.stringify(bob.events)).not.toContain('EDITED');
  });
});

describe('[T-42] a replay in the same conversation', () => {
  it('is shown once, also after a log-in in a clean browser', async () => {
    const telling: Telling = (truth) => {
      const [one, two, three, four, ...rest] = truth;
      return four ? [one!, two!, three!, one!, three!, four, two!, ...rest] : truth;
    };
    await tell(telling);
    await aliceWrites('one', 'two', 'three', 'four', 'five');
    expect(await bobReads(5)).toEqual(['one', 'two', 'three', 'four', 'five']);
    await eventually(() => bob.alarms, (alarms) => alarms.includes('replayed'));

    const { conversationId } = await bob.conversationWith(alice.username);
    await bob.messenger.logOut();
    const front = await Mallory.before(world, 2);
    new StoryTeller(front, conversationId, telling);
    const clean = world.elsewhere(bob, front.place);
    await clean.logIn();
    await clean.reads(alice.username, 'five');
    expect(await clean.words(alice.username)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(clean.alarms).toContain('replayed');
  });
});

describe('[T-43] a replay in another conversation', () => {
  it('is not shown there, to the same reader or to another', async () => {
    const front = await Mallory.before(world);
    const carol = await world.newcomer('carol', front.place);
    await alice.open(carol.username);
    await bob.open(carol.username);
    let stolen: Uint8Array<ArrayBuffer> | null = null;
    await tell((truth) => {
      if (truth[0]) stolen = new Uint8Array(truth[0].envelope);
      return truth;
    });
    await aliceWrites('for bob alone');
    await bobReads(1);
    await eventually(() => stolen, (found) => found !== null);
    const withStolen: Telling = (truth) => [...truth, { seq: 0, acceptedAtMs: Date.now(), envelope: stolen! }];
    await tell(withStolen, carol, front, alice);
    front.sockets.emit('sync:hint', {});
    await eventually(() => carol.words(alice.username), (words) => words.length === 1);
    expect(await carol.words(alice.username)).toEqual(['[unverifiable]']);
    await tell(withStolen, bob, mallory, carol);
    mallory.sockets.emit('sync:hint', {});
    await eventually(() => bob.words(carol.username), (words) => words.length === 1);
    expect(await bob.words(carol.username)).toEqual(['[unverifiable]']);
    expect(JSON.stringify(carol.events)).not.toContain('for bob alone');
  });
});

describe('[T-45] two messages exchanged', () => {
  it('stand in the order in which alice signed them', async () => {
    await tell((truth) => (truth.length < 4 ? truth.slice(0, 1) : [truth[0]!, truth[2]!, truth[1]!, ...truth.slice(3)]));
    await aliceWrites('one', 'two', 'three', 'four');
    expect(await bobReads(4)).toEqual(['one', 'two', 'three', 'four']);
  });
});

describe('[T-46] a message that the server drops in the middle', () => {
  it.each([
    ['and numbers the others anew', false],
    ['and leaves its number out', true],
  ])('%s shows as missing, with its place; when the server gives it after all, it stands there', async (_, asNumbered) => {
    const story = await tell((truth) => truth.filter((__, index) => index !== 2));
    story.asNumbered = asNumbered;
    await aliceWrites('one', 'two', 'three', 'four', 'five');
    expect(await bobReads(5)).toEqual(['one', 'two', '[1 missing]', 'four', 'five']);
    await eventually(() => alice.thread(bob.username), (thread) => thread[1]?.state === 'delivered');
    await pause(500);
    // alice sees it too: nothing after the gap is confirmed.
    expect((await alice.thread(bob.username)).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'accepted', 'accepted', 'accepted']);

    const { conversationId } = await bob.conversationWith(alice.username);
    await bob.messenger.lookAgain(conversationId);
    expect(await bob.words(alice.username)).toEqual(['one', 'two', '[1 missing]', 'four', 'five']);
    story.telling = (truth) => truth;
    await bob.messenger.lookAgain(conversationId);
    expect(await bob.words(alice.username)).toEqual(['one', 'two', 'three', 'four', 'five']);
    await eventually(() => alice.thread(bob.username), (thread) => thread.every(({ state }) => state === 'delivered'));
    await everyoneCanTalk(alice, bob);
  });

  it('is asked for once more without a person, and found', async () => {
    let asked = 0;
    const story = await tell((truth) => truth.filter((__, index) => index !== 1 || asked > 0));
    const { command } = mallory.tamper;
    mallory.tamper = {
      ...mallory.tamper,
      command: (name, body: never, forward) => {
        // The honest answer comes as soon as bob's client looks again from the gap on.
        const { from } = body as { from?: { afterSeq?: number } };
        if (name === 'conversation:sync' && from?.afterSeq === 1 && story.told.length >= 2) asked++;
        return command!(name, body, forward);
      },
    };
    await aliceWrites('one', 'two', 'three');
    await eventually(() => (mallory.sockets.emit('sync:hint', {}), bob.words(alice.username)), (words) => words.join() === 'one,two,three');
    expect(asked).toBeGreaterThan(0);
  });
});

describe('[T-51] a wrap that is exchanged', () => {
  it('for that of another message, or between the two readers, fails', async () => {
    const wrap = (index: number) => ENVELOPE_HEADER_BYTES + 1 + index * ENVELOPE_WRAP_BYTES;
    await tell((truth) => {
      const [first, second, third, ...rest] = truth;
      if (!third) return [];
      const foreign = new Uint8Array(second!.envelope);
      foreign.set(first!.envelope.slice(wrap(0), wrap(2)), wrap(0));
      const crossed = new Uint8Array(third.envelope);
      const [one, two] = [third.envelope.slice(wrap(0) + 20, wrap(1)), third.envelope.slice(wrap(1) + 20, wrap(2))];
      crossed.set(two, wrap(0) + 20);
      crossed.set(one, wrap(1) + 20);
      return [first!, changed(second!, foreign), changed(third, crossed), ...rest];
    });
    await aliceWrites('one', 'SWAPPED two', 'SWAPPED three', 'four');
    expect(await bobReads(4)).toEqual(['one', '[unverifiable]', '[unverifiable]', 'four']);
  });
});

describe('[T-53] a receipt that the server makes', () => {
  it('leaves the message where it is', async () => {
    const front = await Mallory.before(world);
    const carol = await world.newcomer('carol', front.place);
    await carol.open(bob.username);
    await carol.say(bob.username, 'one');
    await eventually(() => carol.thread(bob.username), ([first]) => first?.state === 'delivered');
    const receipts: Uint8Array[] = [];
    const [carols, bobs] = [await publicIdentityOf(carol), await publicIdentityOf(bob)];
    // bob's browser is closed: whatever is confirmed now is a lie.
    await bob.messenger.close();
    const own = await falseIdentityOf(bobs.userId, bobs.username);
    const readers = [await readIdentity(carols), await readIdentity(bobs)] as const;
    const text = await forgeMessage({ senderUser: bobs.userId, senderDevice: own.device.deviceId, signer: own.device.signer, readers, text: 'no receipt' });
    front.tamper = {
      command: async (name, body, forward) => {
        const answer = (await forward(body)) as { receipts?: Uint8Array[] };
        if (name === 'conversation:sync' && answer.receipts) {
          receipts.push(...answer.receipts.map((receipt) => new Uint8Array(receipt)));
          for (const receipt of [...receipts]) {
            const size = receipt.length;
            for (const index of [5, 81, 121, size - 200, size - 10]) answer.receipts.push(Buffer.from(flipped(receipt, index)));
          }
          answer.receipts.push(Buffer.from(text.bytes));
        }
        return answer;
      },
    };
    await carol.say(bob.username, 'two');
    front.sockets.cut();
    await carol.connected();
    await carol.messenger.messages((await carol.conversationWith(bob.username)).conversationId, { beforeSeq: null, limit: 10 });
    front.sockets.emit('receipt:arrived', { receipt: Buffer.from(text.bytes) });
    front.sockets.emit('message:delivered', { messageId: '00'.repeat(16) });
    await eventually(() => carol.messenger.unsent(), (unsent) => unsent === 0);
    await pause(500);
    expect((await carol.thread(bob.username)).map(({ state }) => state)).toEqual(['delivered', 'accepted']);
  });
});

describe('[T-57] a plaintext event', () => {
  it('is never rendered as a message', async () => {
    await aliceWrites('real');
    await bobReads(1);
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
    await eventually(() => bob.alarms.length, (alarms) => alarms >= bodies.length);
    await tell((truth) => [...truth, { seq: 0, acceptedAtMs: Date.now(), envelope: Buffer.from('INJECTED'.repeat(200)) }]);
    mallory.sockets.emit('sync:hint', {});
    await eventually(() => bob.words(alice.username), (words) => words.length === 2);
    expect(await bob.words(alice.username)).toEqual(['real', '[unverifiable]']);
    expect(JSON.stringify(bob.events)).not.toContain('INJECTED');
  });
});

describe('[T-59] hostile bytes', () => {
  it('over the socket do not crash the messenger', async () => {
    await aliceWrites('real');
    await bobReads(1);
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
      for (const name of ['message:arrived', 'receipt:arrived', 'conversation:opened', 'credits:changed', 'session:welcome', 'sync:hint', '__proto__', 'constructor']) {
        if (typeof body === 'string' && body.length > 1_000 && name !== 'message:arrived') continue;
        mallory.sockets.emit(name, body);
      }
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    await everyoneCanTalk(alice, bob);
    expect(bob.alarms.length).toBeGreaterThan(30);
  });

  it('in answers and pages do not crash the messenger: 300 mutations of real ones', async () => {
    await aliceWrites('one', 'two', 'three');
    await bobReads(3);
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
          const page = structuredClone(value) as { messages?: { seq: unknown; envelope: unknown }[]; lastSeq?: unknown };
          if (page.messages?.[0]) page.messages[0].seq = [-1, 0, 1.5, 1e300, '1', null][random(6)];
          return page;
        }
        case 7: {
          const page = structuredClone(value) as { messages?: { envelope: Uint8Array }[] };
          for (const message of page.messages ?? []) {
            const length = random(message.envelope.length);
            message.envelope = Buffer.from(flipped(message.envelope, length)).subarray(0, random(2) ? undefined : Math.max(length, 1));
          }
          return page;
        }
        default:
          return { ...(value as object), lastSeq: random(1_000_000) };
      }
    };
    const real = mallory.tamper;
    mallory.tamper = {
      command: async (name, body, forward) => {
        const answer = await forward(body);
        return name === 'conversation:sync' || name === 'conversation:list' ? mutate(answer) : answer;
      },
    };
    const { conversationId } = await bob.conversationWith(alice.username);
    const clean = world.elsewhere(bob, mallory.place);
    await clean.logIn();
    for (let n = 0; n < 100; n++) {
      mallory.sockets.emit('sync:hint', {});
      await clean.messenger.messages(conversationId, { beforeSeq: null, limit: 50 });
      await bob.messenger.messages(conversationId, { beforeSeq: null, limit: 50 });
    }
    mallory.tamper = real;
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
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
    mallory.tamper = { answer: ({ route }, answer) => (route.startsWith('auth/users/') ? { status: 200, body: body() } : answer) };
    expect(await bob.messenger.openConversation(carol.username)).toEqual({ ok: false, code: 'server-answer-refused' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    mallory.tamper = {};
    await bob.open(carol.username);
    await everyoneCanTalk(bob, carol);
  });

  it('with a key twice are read one way only, and what they claim is checked all the same', async () => {
    const carol = await world.newcomer('carol');
    const dave = await world.newcomer('dave');
    const [hers, his] = [await publicIdentityOf(carol), await publicIdentityOf(dave)];
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
