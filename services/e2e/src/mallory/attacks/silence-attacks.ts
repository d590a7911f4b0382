import { toHex } from '@secureconnect/contracts/encoding';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type * as padding from '@secureconnect/contracts/signed/padding';
import type * as clientPadding from '@secureconnect/crypto/encoding/padding';
import { pad } from '@secureconnect/crypto/encoding/padding';
import type * as envelopes from '@secureconnect/crypto/envelope/seal';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { formsOf } from '../../invariants/text-forms.js';
import { eventually, pause } from '../../waiting/eventually.js';
import { DeceivedPair } from '../deceived-pair.js';
import { flipped } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf } from './attack.js';
import { ear, eveAndBob, talkative } from './message-scenes.js';

const seal = defencesOf<typeof envelopes>('@secureconnect/crypto/envelope/seal');

/** A cipher that does nothing to content. */
function plainCipher() {
  return seal.no(
    'sealEnvelope',
    (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
      real(
        {
          ...p,
          aesGcmSeal: async (key, nonce, associated, plaintext) => {
            const sealed = await p.aesGcmSeal(key, nonce, associated, plaintext);
            if (plaintext.length > 32) sealed.set(plaintext);
            return sealed;
          },
        },
        input,
      ),
  );
}

/** Signed by eve as it should be; each fails at another step of opening. */
const BROKEN_INSIDE: readonly ((real: Primitives) => Partial<Primitives>)[] = [
  // the sealed key
  (real) => sealing(real, (plaintext, sealed) => (plaintext.length === 32 ? flipped(sealed, 5) : sealed)),
  // the ciphertext
  (real) => sealing(real, (plaintext, sealed) => (plaintext.length > 32 ? flipped(sealed, 5) : sealed)),
  // the commitment
  (real) => ({
    hmacSha256: (key, message) =>
      Buffer.from(message).includes('commit') ? real.sha256(new Uint8Array(7)) : real.hmacSha256(key, message),
  }),
  // the padding
  (real) => replacing(real, (plaintext) => new Uint8Array(plaintext.length)),
  // the content
  (real) => replacing(real, () => pad(Buffer.from('{"t":"text","body":7}'))),
];

type Cipher = Pick<Primitives, 'aesGcmSeal'>;

function sealing(real: Cipher, change: (plaintext: Uint8Array, sealed: Bytes) => Bytes): Cipher {
  return {
    aesGcmSeal: async (key, nonce, associated, plaintext) =>
      change(plaintext, await real.aesGcmSeal(key, nonce, associated, plaintext)),
  };
}

/** Seals something else where a text is to be sealed. */
function replacing(real: Cipher, change: (plaintext: Bytes) => Bytes): Cipher {
  return {
    aesGcmSeal: (key, nonce, associated, plaintext) =>
      real.aesGcmSeal(key, nonce, associated, plaintext.length > 32 ? change(plaintext) : plaintext),
  };
}

/** What a client says, or lets be seen, of what it reads and writes. */
export const SILENCE_ATTACKS: readonly Attack[] = [
  {
    row: 16,
    name: 'ciphertexts of the server’s choice, to be read aloud',
    expect: 'withstood',
    async play(world) {
      const pair = await DeceivedPair.meet(world);
      ear.url = pair.mallory.place.endpoints.auth;
      await pair.aliceWrites('READ ME ALOUD');
      await pair.bobReads(1);
      for (const name of ['message:decrypt', 'message:open', 'key:request', 'sign:request'])
        pair.mallory.sockets.emit(name, { challenge: Buffer.alloc(32) });
      await pause(300);
      const wire = Buffer.concat(pair.mallory.heard);
      const isHeard = formsOf(Buffer.from('READ ME ALOUD')).some((form) => wire.includes(form));
      return { harm: isHeard ? 'the server has read it' : null, shown: null };
    },
    without: [talkative((result) => (result.ok && result.inner.t === 'text' ? result.inner.body : null))],
  },
  {
    row: 22,
    name: 'settings of the server that switch encryption off',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      const off = { encrypted: false, e2ee: 'off', encryption: 'none', features: { e2ee: false } };
      mallory.tamper = {
        answer: ({ route }, answer) =>
          route === 'credits/balance' && answer.status === 200
            ? { ...answer, body: { ...(answer.body as object), ...off } }
            : answer,
        command: async (_, body, forward) => {
          const answer = await forward(body);
          return typeof answer === 'object' ? { ...answer, ...off } : answer;
        },
        event: (name, body: object, emit) => emit(name, { ...body, ...off }),
      };
      for (const name of ['config', 'config:changed', 'settings', 'features']) mallory.sockets.emit(name, off);
      await alice.say(bob.username, 'STILL SEALED');
      await eventually(
        () => mallory.heard.some((bytes) => bytes.toString() === 'message:send'),
        (isSent) => isSent,
      );
      const wire = Buffer.concat(mallory.heard);
      const isHeard = formsOf(Buffer.from('STILL SEALED')).some((form) => wire.includes(form));
      return { harm: isHeard ? 'the text went out in the clear' : null, shown: null };
    },
    // A client whose cipher does nothing.
    without: [plainCipher()],
  },
  {
    row: 60,
    name: 'signed envelopes broken inside in five ways, to learn from the answers',
    expect: 'withstood',
    async play(world) {
      const said = new Set<string>();
      for (const broken of BROKEN_INSIDE) {
        const { bob, eve, mallory, slip } = await eveAndBob(world);
        ear.url = mallory.place.endpoints.auth;
        const { requests, heard } = mallory;
        requests.length = heard.length = 0;
        const real = await loadPrimitives();
        const words = await slip({ text: 'broken', primitives: { ...real, ...broken(real) } });
        if (words.join() !== '[unverifiable]')
          throw new Error(`${bob.username} reads ${words.join()} of ${eve.username}`);
        await pause(350);
        const names = heard.map((bytes) => bytes.toString()).filter((text) => /^[a-z]+:[a-z]+$/.test(text));
        said.add(JSON.stringify([[...new Set(names)].sort(), requests.map(({ method, body }) => [method, body])]));
      }
      return { harm: said.size > 1 ? 'the answers tell them apart' : null, shown: null };
    },
    without: [talkative((result) => (result.ok ? null : result.reason))],
  },
  {
    row: 61,
    name: 'a device and its clone, each sealing under the same state',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      const envelopes: Uint8Array[] = [];
      mallory.tamper = {
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name === 'message:send') envelopes.push(new Uint8Array(body.envelope));
          return forward(body);
        },
      };
      await alice.messenger.close();
      const copy = alice.storage.snapshot();
      for (const [text, storage] of [
        ['from the one', alice.storage],
        ['from the other', copy],
      ] as const) {
        const device = await world.reloaded(alice, mallory.place, storage);
        await device.connected();
        const before = envelopes.length;
        await device.say(bob.username, text);
        await eventually(
          () => envelopes.length,
          (count) => count > before,
        );
        await device.messenger.close();
      }
      const read = envelopes.map((bytes) => readEnvelope(bytes));
      const pairs = read.map(({ commitment, nonce }) => `${toHex(commitment)} ${toHex(nonce)}`);
      const texts = new Set(envelopes.map((bytes) => toHex(bytes))).size;
      return { harm: new Set(pairs).size < texts ? 'a key and nonce sealed two texts' : null, shown: null };
    },
    without: [
      seal.no(
        'sealEnvelope',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real({ ...p, randomBytes: (count) => new Uint8Array(count).fill(7) }, input),
      ),
    ],
  },
  {
    row: 66,
    name: 'the length of a text by the length of its envelope',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      const sizes = new Set<number>();
      let sent = 0;
      mallory.tamper = {
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name !== 'message:send') return forward(body);
          sizes.add(body.envelope.length);
          // The honest gateway takes padded envelopes alone; mallory takes any.
          const { header } = readEnvelope(body.envelope);
          return Promise.resolve({
            ok: true,
            messageId: idToHex(header.messageId),
            seq: ++sent,
            acceptedAtMs: Date.now(),
            available: 400,
          });
        },
      };
      const lengths = [1, 2, 40, 90, 170, 230, 300, 420, 600, 800, 1_100, 1_400, 1_700, 2_000];
      for (const length of lengths) await alice.say(bob.username, 'x'.repeat(length));
      await eventually(
        () => sent,
        (count) => count >= lengths.length,
      );
      return { harm: sizes.size > 8 ? `${sizes.size} sizes for ${lengths.length} lengths` : null, shown: null };
    },
    without: [
      defencesOf<typeof clientPadding>('@secureconnect/crypto/encoding/padding').no(
        'pad',
        () => (content: Uint8Array) => new Uint8Array([...content, 0x80]),
      ),
      defencesOf<typeof padding>('@secureconnect/contracts/signed/padding').no('isPaddedLength', () => () => true),
    ],
  },
];
