import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import { ENVELOPE_HEADER_BYTES, ENVELOPE_WRAP_BYTES, readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { pad } from '@secureconnect/crypto/encoding/padding';
import type * as equal from '@secureconnect/crypto/encoding/equal';
import type * as strictJson from '@secureconnect/crypto/encoding/strict-json';
import type { Opened } from '@secureconnect/crypto/envelope/open';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { DeceivedPair, userIdOf } from '../deceived-pair.js';
import { falseIdentityOf, forgeBundle, forgeMessage, readIdentity } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import { registerBare } from '../../people/bare-account.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { noSignature, noSignatureAndNoBinding } from './cryptography-off.js';
import { eveAndBob, hashOf, newId, open, told, withBit } from './message-scenes.js';
import { comesToPass, marksIn, publishedBy, serveIdentity } from './scenes.js';

const TIME_AT = 121;

/** alice writes one text, and bob gets its envelope changed. */
async function changedOnTheWay(world: World, index: (self: { isAliceFirst: boolean }) => number): Promise<Played> {
  const pair = await DeceivedPair.meet(world);
  const [alices, bobs] = [await userIdOf(pair.alice), await userIdOf(pair.bob)];
  await pair.tell((truth) => truth.map((message) => withBit(message, index({ isAliceFirst: alices < bobs }))));
  await pair.aliceWrites('EDITED');
  const words = await pair.bobReads(1);
  return { harm: words.includes('EDITED') ? 'bob reads it as it is' : null, shown: marksIn(words) };
}

export const CONTENT_ATTACKS: readonly Attack[] = [
  {
    row: 35,
    name: 'the encryption keys of bob under mallory’s name',
    expect: 'detected',
    async play(world) {
      const pair = await DeceivedPair.meet(world);
      const front = await Mallory.before(world);
      const impostor = await registerBare(world.place(), world.name('mallory'));
      const { current } = await readIdentity(await pair.identityOf(pair.bob));
      const { rsaSpki, mlkem768 } = current.bundle;
      const bundle = await forgeBundle(impostor.account, impostor.username, { rsaSpki, mlkem768 });
      serveIdentity(front, impostor, (real) => ({ ...real, bundles: [Buffer.from(bundle).toString('base64url')] }));
      const sender = await world.reloaded(pair.alice, front.place);
      await sender.connected();
      let stolen: Uint8Array | null = null;
      front.tamper = {
        ...front.tamper,
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name === 'message:send') stolen = new Uint8Array(body.envelope);
          return forward(body);
        },
      };
      await sender.open(impostor.username);
      await sender.say(impostor.username, 'for mallory, not for bob');
      await eventually(
        () => stolen,
        (found) => found !== null,
      );
      await pair.tell((truth) => [...truth, told(stolen!)]);
      pair.mallory.sockets.emit('sync:hint', {});
      const words = await pair.bobReads(1);
      return {
        harm: words.includes('for mallory, not for bob') ? 'bob takes it for his' : null,
        shown: marksIn(words),
      };
    },
    without: [
      open.no(
        'openEnvelope',
        (real) =>
          (async (p, input, context) => {
            const { header, wraps } = readEnvelope(input);
            const named = wraps.find(({ userId }) => idToHex(userId) !== idToHex(header.senderUser))!;
            const reader = { ...context.reader, userId: named.userId };
            return real(p, input, { ...context, conversationId: header.conversationId, reader });
          }) satisfies typeof real,
      ),
    ],
  },
  {
    row: 40,
    name: 'a message made by the server in alice’s name',
    expect: 'detected',
    async play(world) {
      const pair = await DeceivedPair.meet(world);
      const [alices, bobs] = [await pair.identityOf(pair.alice), await pair.identityOf(pair.bob)];
      let forged: Uint8Array | null = null;
      const story = await pair.tell((truth) => (forged ? [...truth, told(forged)] : truth));
      await pair.aliceWrites('one');
      await pair.bobReads(1);
      const own = await falseIdentityOf(alices.userId, alices.username);
      const genuine = story.told[0]!.envelope;
      ({ bytes: forged } = await forgeMessage({
        senderUser: alices.userId,
        senderDevice: readEnvelope(genuine).header.senderDevice,
        signer: own.device.signer,
        readers: [await readIdentity(alices), await readIdentity(bobs)],
        senderSeq: 2,
        previousHash: hashOf(genuine),
        text: 'FORGED',
      }));
      story.push();
      const words = await pair.bobReads(2);
      return { harm: words.includes('FORGED') ? 'bob reads it as alice’s' : null, shown: marksIn(words) };
    },
    without: [noSignature],
  },
  {
    row: 41,
    name: 'the signed time of a message changed',
    expect: 'detected',
    play: (world) => changedOnTheWay(world, () => TIME_AT),
    without: [noSignatureAndNoBinding],
  },
  {
    row: 51,
    name: 'the sealed key of the other reader replaced',
    expect: 'detected',
    play: (world) =>
      changedOnTheWay(
        world,
        ({ isAliceFirst }) => ENVELOPE_HEADER_BYTES + 1 + (isAliceFirst ? 0 : ENVELOPE_WRAP_BYTES) + 300,
      ),
    without: [noSignatureAndNoBinding],
  },
  {
    row: 52,
    name: 'a ciphertext that is not committed to its key',
    expect: 'detected',
    async play(world) {
      const { slip } = await eveAndBob(world);
      const real = await loadPrimitives();
      const words = await slip({
        text: 'AMBIGUOUS',
        primitives: {
          ...real,
          // The commitment is to some other key.
          hmacSha256: (key, message) =>
            Buffer.from(message).includes('commit') ? real.sha256(new Uint8Array(7)) : real.hmacSha256(key, message),
        },
      });
      return { harm: words.includes('AMBIGUOUS') ? 'two readers may read two texts' : null, shown: marksIn(words) };
    },
    without: [defencesOf<typeof equal>('@secureconnect/crypto/encoding/equal').no('equalBytes', () => () => true)],
  },
  {
    row: 53,
    name: 'a receipt made by the server',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      const [alices, bobs] = await Promise.all(
        [alice, bob].map(async (person) => publishedBy(bob, world.endpoints().auth, await userIdOf(person))),
      );
      await bob.messenger.close();
      let sent: Uint8Array | null = null;
      mallory.tamper = {
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name === 'message:send') sent = new Uint8Array(body.envelope);
          return forward(body);
        },
      };
      await alice.say(bob.username, 'one');
      await eventually(
        () => alice.messenger.unsent(),
        (unsent) => unsent === 0,
      );
      const own = await falseIdentityOf(bobs!.userId, bobs!.username);
      const [cert] = bobs!.deviceCerts.map((text) => Buffer.from(text, 'base64url'));
      const { bytes } = await forgeMessage({
        senderUser: bobs!.userId,
        // Where a certificate names its device (PROTOCOL 4).
        senderDevice: idFromHex(toHex(cert!.subarray(20, 36))),
        signer: own.device.signer,
        readers: [await readIdentity(alices!), await readIdentity(bobs!)],
        text: '',
        inner: {
          t: 'receipt',
          deliveredUpTo: [{ deviceId: readEnvelope(sent!).header.senderDevice, seq: 1 }],
          readUpTo: [],
        },
      });
      mallory.sockets.emit('receipt:arrived', { receipt: Buffer.from(bytes) });
      const isTaken = await comesToPass(
        () => alice.thread(bob.username),
        ([first]) => first?.state === 'delivered',
        800,
      );
      return { harm: isTaken ? 'alice thinks that bob has it' : null, shown: null };
    },
    without: [noSignature],
  },
  {
    row: 57,
    name: 'a text that nobody sealed',
    expect: 'detected',
    async play(world) {
      const pair = await DeceivedPair.meet(world);
      const plain = { sender: await userIdOf(pair.alice), body: 'INJECTED', filler: 'x'.repeat(400) };
      await pair.tell((truth) => [...truth, told(Buffer.from(JSON.stringify(plain)))]);
      pair.mallory.sockets.emit('message', { type: 'text', ...plain });
      pair.mallory.sockets.emit('sync:hint', {});
      const words = await pair.bobReads(1);
      return { harm: words.includes('INJECTED') ? 'bob reads it as alice’s' : null, shown: marksIn(words) };
    },
    // A client that also reads what is not sealed.
    without: [
      open.no(
        'openEnvelope',
        (real) =>
          (async (p, input, context) => {
            const result = await real(p, input, context);
            if (result.ok || result.reason !== 'malformed') return result;
            const { sender, body } = JSON.parse(Buffer.from(input).toString()) as { sender: string; body: string };
            const header = {
              kind: 1,
              messageId: newId(),
              senderUser: idFromHex(sender),
              senderDevice: newId(),
              senderSeq: 1,
              previousHash: fromHex('00'.repeat(32)),
              sentAtMs: Date.now(),
            } as unknown as Opened['header'];
            return { ok: true, header, hash: hashOf(input), inner: { t: 'text', body }, acks: [] };
          }) satisfies typeof real,
      ),
    ],
  },
  {
    row: 59,
    name: 'content with a key twice',
    expect: 'detected',
    async play(world) {
      const { slip } = await eveAndBob(world);
      const real = await loadPrimitives();
      const content = pad(Buffer.from('{"t":"text","body":"one thing","body":"ANOTHER"}'));
      const words = await slip({
        text: 'one thing',
        primitives: {
          ...real,
          aesGcmSeal: (key, nonce, associated, plaintext) =>
            real.aesGcmSeal(key, nonce, associated, plaintext.length > 32 ? content : plaintext),
        },
      });
      return { harm: words.includes('ANOTHER') ? 'two clients may read two texts' : null, shown: marksIn(words) };
    },
    without: [
      defencesOf<typeof strictJson>('@secureconnect/crypto/encoding/strict-json').no(
        'parseStrictJson',
        () => (text: string) => new Map(Object.entries(JSON.parse(text) as Record<string, string>)),
      ),
    ],
  },
];
