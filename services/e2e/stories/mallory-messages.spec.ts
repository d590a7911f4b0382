import {
  ENVELOPE_HEADER_BYTES,
  ENVELOPE_WRAP_BYTES,
  envelopeHashPreimage,
  readEnvelope,
} from '@secureconnect/contracts/signed/envelope';
import { createHash } from 'node:crypto';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { DeceivedPair, tellOf, withEnvelope } from '../src/mallory/deceived-pair.js';
import { falseIdentityOf, flipped, forgeMessage, readIdentity } from '../src/mallory/forgeries.js';
import { Mallory } from '../src/mallory/mallory.js';
import { StoryTeller, type Telling } from '../src/mallory/story-teller.js';
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

/** The envelopes of the thread as the server really has them. */
async function truthOf(story: StoryTeller, count: number): Promise<StoredMessage[]> {
  let truth: readonly StoredMessage[] = [];
  const { telling } = story;
  story.telling = (all) => (truth = all);
  await eventually(
    () => (mallory.sockets.emit('sync:hint', {}), story.told.length),
    (found) => found >= count,
  );
  story.telling = telling;
  return [...truth];
}

describe('[T-40] a message that the server makes', () => {
  it('with bob’s public keys and alice’s name is not shown as alice’s', async () => {
    await pair.aliceWrites('one');
    await pair.bobReads(1);
    const [alices, bobs] = [await pair.identityOf(alice), await pair.identityOf(bob)];
    const own = await falseIdentityOf(alices.userId, alices.username);
    const readers = [await readIdentity(alices), await readIdentity(bobs)] as const;
    const story = await pair.tell((truth) => truth);
    const [genuine] = await truthOf(story, 1);
    const { header } = readEnvelope(genuine!.envelope);
    const { signer } = own.device;
    const previousHash = asBytes32(
      new Uint8Array(createHash('sha256').update(envelopeHashPreimage(genuine!.envelope)).digest()),
    );
    const next = { senderUser: alices.userId, signer, readers, senderSeq: 2, previousHash };
    const forged = [
      // The next of the chain of alice's real device, and the first of a device of mallory's own.
      await forgeMessage({ ...next, senderDevice: header.senderDevice, text: 'FORGED 1' }),
      await forgeMessage({
        senderUser: alices.userId,
        senderDevice: own.device.deviceId,
        signer,
        readers,
        text: 'FORGED 2',
      }),
    ];
    story.telling = (truth) => [
      ...truth,
      ...forged.map(({ bytes }) => ({ seq: 0, acceptedAtMs: Date.now(), envelope: bytes })),
    ];
    story.push();
    expect(await pair.bobReads(3)).toEqual(['one', '[unverifiable]', '[unverifiable]']);
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
    await pair.tell((truth) =>
      truth.map((message, index) => {
        const place = places[index];
        if (place === undefined) return message;
        return withEnvelope(message, flipped(message.envelope, place < 0 ? message.envelope.length + place : place));
      }),
    );
    await pair.aliceWrites(...Object.keys(fields).map((field) => `EDITED ${field}`), 'untouched');
    const words = await pair.bobReads(places.length + 1);
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
    await pair.tell(telling);
    await pair.aliceWrites('one', 'two', 'three', 'four', 'five');
    expect(await pair.bobReads(5)).toEqual(['one', 'two', 'three', 'four', 'five']);
    await eventually(
      () => bob.alarms,
      (alarms) => alarms.includes('replayed'),
    );

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
    await pair.tell((truth) => {
      if (truth[0]) stolen = new Uint8Array(truth[0].envelope);
      return truth;
    });
    await pair.aliceWrites('for bob alone');
    await pair.bobReads(1);
    await eventually(
      () => stolen,
      (found) => found !== null,
    );
    const withStolen: Telling = (truth) => [...truth, { seq: 0, acceptedAtMs: Date.now(), envelope: stolen! }];
    await tellOf(front, carol, alice, withStolen);
    front.sockets.emit('sync:hint', {});
    await eventually(
      () => carol.words(alice.username),
      (words) => words.length === 1,
    );
    expect(await carol.words(alice.username)).toEqual(['[unverifiable]']);
    await tellOf(mallory, bob, carol, withStolen);
    mallory.sockets.emit('sync:hint', {});
    await eventually(
      () => bob.words(carol.username),
      (words) => words.length === 1,
    );
    expect(await bob.words(carol.username)).toEqual(['[unverifiable]']);
    expect(JSON.stringify(carol.events)).not.toContain('for bob alone');
  });
});

describe('[T-46] a message that the server drops in the middle', () => {
  it.each([
    ['and numbers the others anew', false],
    ['and leaves its number out', true],
  ])(
    '%s shows as missing, with its place; when the server gives it after all, it stands there',
    async (_, asNumbered) => {
      const story = await pair.tell((truth) => truth.filter((__, index) => index !== 2));
      story.asNumbered = asNumbered;
      await pair.aliceWrites('one', 'two', 'three', 'four', 'five');
      expect(await pair.bobReads(5)).toEqual(['one', 'two', '[1 missing]', 'four', 'five']);
      await eventually(
        () => alice.thread(bob.username),
        (thread) => thread[1]?.state === 'delivered',
      );
      await pause(500);
      // alice sees it too: nothing after the gap is confirmed.
      expect((await alice.thread(bob.username)).map(({ state }) => state)).toEqual([
        'delivered',
        'delivered',
        'accepted',
        'accepted',
        'accepted',
      ]);

      const { conversationId } = await bob.conversationWith(alice.username);
      await bob.messenger.lookAgain(conversationId);
      expect(await bob.words(alice.username)).toEqual(['one', 'two', '[1 missing]', 'four', 'five']);
      story.telling = (truth) => truth;
      await bob.messenger.lookAgain(conversationId);
      expect(await bob.words(alice.username)).toEqual(['one', 'two', 'three', 'four', 'five']);
      await eventually(
        () => alice.thread(bob.username),
        (thread) => thread.every(({ state }) => state === 'delivered'),
      );
      await everyoneCanTalk(alice, bob);
    },
  );

  it('is asked for once more without a person, and found', async () => {
    let asked = 0;
    const story = await pair.tell((truth) => truth.filter((__, index) => index !== 1 || asked > 0));
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
    await pair.aliceWrites('one', 'two', 'three');
    await eventually(
      () => (mallory.sockets.emit('sync:hint', {}), bob.words(alice.username)),
      (words) => words.join() === 'one,two,three',
    );
    expect(asked).toBeGreaterThan(0);
  });
});
