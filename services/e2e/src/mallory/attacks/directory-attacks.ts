import { toBase64Url } from '@secureconnect/contracts/encoding';
import type * as signedBundle from '@secureconnect/contracts/signed/bundle';
import { concatBytes } from '@secureconnect/contracts/signed/bytes';
import { readDeviceCert } from '@secureconnect/contracts/signed/device';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type * as publicKeys from '@secureconnect/contracts/signed/public-keys';
import type * as knowing from '@secureconnect/client/directory/known-user';
import type * as belief from '@secureconnect/crypto/envelope/belief';
import { unwrapContentKey } from '@secureconnect/crypto/envelope/key-wrap';
import { makeBundle } from '@secureconnect/crypto/identity/bundle';
import type * as devices from '@secureconnect/crypto/identity/device';
import { makeRevocation } from '@secureconnect/crypto/identity/device';
import type * as pins from '@secureconnect/crypto/identity/pin';
import type * as signatures from '@secureconnect/crypto/identity/signatures';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { registerBare, type BareAccount } from '../../people/bare-account.js';
import type { World } from '../../world/world.js';
import { DeceivedPair, tellOf, userIdOf } from '../deceived-pair.js';
import { falseIdentityOf, forgeBundle, forgeMessage, readIdentity, type FalseIdentity } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { comesToPass, marksIn, publishedBy, serveIdentity } from './scenes.js';

const pin = defencesOf<typeof pins>('@secureconnect/crypto/identity/pin');
const signing = defencesOf<typeof signatures>('@secureconnect/crypto/identity/signatures');
const certificates = defencesOf<typeof devices>('@secureconnect/crypto/identity/device');
const noAccountSignature = signing.no('verifyAsAccount', () => async () => true);

/** Where a bundle's list of encryption keys begins, and its second key (PROTOCOL 4.1). */
const KEYS_AT = 2_097;
const KEM_AT = KEYS_AT + 1 + 3 + 294;
const KEM_FIELD_BYTES = 3 + 1_184;

/** alice looks bob up for the first time, and gets another bundle under his name. */
async function lookUp(
  world: World,
  bundleOf: (bob: BareAccount) => Promise<Uint8Array>,
  harm: string,
): Promise<Played> {
  const mallory = await Mallory.before(world);
  const alice = await world.newcomer('alice', mallory.place);
  const bob = await registerBare(world.place(), world.name('bob'));
  const bundle = toBase64Url(new Uint8Array(await bundleOf(bob)));
  serveIdentity(mallory, bob, (real) => ({ ...real, bundles: [bundle] }));
  const outcome = await alice.messenger.openConversation(bob.username);
  return { harm: outcome.ok ? harm : null, shown: outcome.ok ? null : outcome.code };
}

/** Whether mallory, with keys of her own, opens what was sealed for somebody. */
async function opensWith({ account }: FalseIdentity, envelope: Uint8Array): Promise<boolean> {
  const { header, wraps } = readEnvelope(envelope);
  const { userId, encryption } = account.account;
  const wrap = wraps.find((candidate) => idToHex(candidate.userId) === idToHex(userId))!;
  return unwrapContentKey(await loadPrimitives(), header, wrap, encryption.get(1)!).then(
    () => true,
    () => false,
  );
}

export const DIRECTORY_ATTACKS: readonly Attack[] = [
  {
    row: 26,
    name: 'other keys for somebody who is pinned',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      const userId = await userIdOf(bob);
      await alice.say(bob.username, 'before');
      await bob.reads(alice.username, 'before');
      const lie = await falseIdentityOf(userId, bob.username);
      serveIdentity(mallory, { userId, username: bob.username }, () => lie.published);
      const sent: Uint8Array[] = [];
      mallory.tamper = {
        ...mallory.tamper,
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name === 'message:send') sent.push(new Uint8Array(body.envelope));
          return forward(body);
        },
      };
      const reloaded = await world.reloaded(alice, mallory.place);
      await reloaded.connected();
      await reloaded.say(bob.username, 'for the real bob only');
      await comesToPass(
        () => sent.length,
        (count) => count > 0,
      );
      const opened = await Promise.all(sent.map((envelope) => opensWith(lie, envelope)));
      const { held } = await reloaded.conversationWith(bob.username);
      const isShown = held && reloaded.alarms.includes('peer-keys-changed');
      return { harm: opened.includes(true) ? 'mallory reads the message' : null, shown: isShown ? 'held' : null };
    },
    without: [
      pin.no('comparePin', (real) => (...input: Parameters<typeof real>) => {
        const verdict = real(...input);
        return verdict === 'changed' ? 'matches' : verdict;
      }),
    ],
  },
  {
    row: 30,
    name: 'an older bundle than was seen',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice', mallory.place);
      const bob = await registerBare(world.place(), world.name('bob'));
      const { account, identity, bundle } = bob.account;
      const keys = account.encryption.get(1)!;
      const second = await makeBundle(await loadPrimitives(), {
        userId: account.userId,
        username: bob.username,
        bundleVer: 2,
        notBeforeMs: Date.now(),
        notAfterMs: Date.now() + 1e10,
        previousBundleHash: identity.current.hash,
        signer: account,
        rsaSpki: keys.rsaSpki,
        mlkem768: keys.kemPublicKey,
      });
      serveIdentity(mallory, bob, (real) => ({ ...real, bundles: [toBase64Url(bundle), toBase64Url(second)] }));
      await alice.open(bob.username);
      serveIdentity(mallory, bob, (real) => real);
      const outcome = await alice.messenger.openConversation(bob.username);
      return { harm: outcome.ok ? 'keys that bob gave up are used' : null, shown: outcome.ok ? null : outcome.code };
    },
    without: [
      pin.no('comparePin', (real) => (...input: Parameters<typeof real>) => {
        const verdict = real(...input);
        return verdict === 'rolled-back' ? 'matches' : verdict;
      }),
    ],
  },
  {
    row: 32,
    name: 'a bundle with one key of its owner and one of mallory',
    expect: 'detected',
    play: (world) =>
      lookUp(
        world,
        async (bob) => {
          const { account } = await falseIdentityOf(bob.userId, bob.username);
          const mixed = new Uint8Array(bob.account.bundle);
          mixed.set(account.account.encryption.get(1)!.kemPublicKey, KEM_AT + 3);
          return mixed;
        },
        'alice seals for a key of mallory',
      ),
    without: [noAccountSignature],
  },
  {
    row: 33,
    name: 'a bundle without its post-quantum key',
    expect: 'detected',
    play: (world) =>
      lookUp(
        world,
        async ({ account: { bundle } }) => {
          const stripped = concatBytes(bundle.slice(0, KEM_AT), bundle.slice(KEM_AT + KEM_FIELD_BYTES));
          stripped[KEYS_AT] = 1;
          return stripped;
        },
        'alice seals without a post-quantum key of bob',
      ),
    // A reader that takes one key where two must be: the missing one is all zero.
    without: [
      noAccountSignature,
      defencesOf<typeof signedBundle>('@secureconnect/contracts/signed/bundle').no(
        'readBundle',
        (real) => (input: Uint8Array) => {
          if (input[KEYS_AT] !== 1) return real(input);
          const field = Uint8Array.of(2, 1_184 >> 8, 1_184 & 0xff, ...new Uint8Array(1_184));
          const filled = concatBytes(input.slice(0, KEM_AT), field, input.slice(KEM_AT));
          filled[KEYS_AT] = 2;
          return real(filled);
        },
      ),
    ],
  },
  {
    row: 34,
    name: 'a signed bundle whose RSA key has the exponent 3',
    expect: 'detected',
    play: (world) =>
      lookUp(
        world,
        async (bob) => {
          // Of the right length: only a look at the key itself tells.
          const rsaSpki = new Uint8Array(bob.account.account.encryption.get(1)!.rsaSpki);
          rsaSpki.set([0, 0, 3], rsaSpki.length - 3);
          return forgeBundle(bob.account, bob.username, { rsaSpki });
        },
        'alice seals for a weak key',
      ),
    without: [
      defencesOf<typeof publicKeys>('@secureconnect/contracts/signed/public-keys').no(
        'checkRsaSpki',
        () => () => undefined,
      ),
    ],
  },
  {
    row: 69,
    name: 'a device of alice that alice never signed',
    expect: 'detected',
    async play(world) {
      const pair = await DeceivedPair.meet(world);
      const { alice, bob, mallory } = pair;
      const [alices, bobs] = [await pair.identityOf(alice), await pair.identityOf(bob)];
      const { device, published } = await falseIdentityOf(alices.userId, alices.username);
      serveIdentity(mallory, alices, (real) => ({
        ...real,
        deviceCerts: [...real.deviceCerts, ...published.deviceCerts],
      }));
      const { bytes } = await forgeMessage({
        senderUser: alices.userId,
        senderDevice: device.deviceId,
        signer: device.signer,
        readers: [await readIdentity(alices), await readIdentity(bobs)],
        text: 'GHOST',
      });
      await pair.tell((truth) => [...truth, { seq: 0, acceptedAtMs: Date.now(), envelope: bytes }]);
      mallory.sockets.emit('sync:hint', {});
      const words = await pair.bobReads(1);
      return { harm: words.includes('GHOST') ? 'bob reads it as alice’s' : null, shown: marksIn(words) };
    },
    without: [
      certificates.no('verifyDevice', () => async (p: Parameters<typeof devices.verifyDevice>[0], cert: Uint8Array) => {
        const { userId, deviceId, ed25519, createdAtMs, expiresAtMs } = readDeviceCert(cert);
        return { userId, deviceId, createdAtMs, expiresAtMs, verifier: await p.ed25519.importPublic(ed25519) };
      }),
    ],
  },
  {
    row: 81,
    name: 'a message of a device that its owner has revoked',
    expect: 'detected',
    play: (world) => stolenLaptop(world, {}),
    without: [certificates.no('verifyRevocation', () => async () => Promise.reject(new Error('not looked at')))],
  },
  {
    row: 81,
    name: 'a message of a revoked device, dated before the revocation',
    expect: 'detected',
    play: (world) => stolenLaptop(world, { sentBeforeMs: 120_000 }),
    without: [
      defencesOf<typeof belief>('@secureconnect/crypto/envelope/belief').no('isBelievedOfRevoked', () => () => true),
    ],
  },
  {
    row: 81,
    name: 'a revocation that the server takes back',
    expect: 'detected',
    play: (world) => stolenLaptop(world, { isTakenBack: true }),
    // Of what was published, revocations are not kept.
    without: [
      defencesOf<typeof knowing>('@secureconnect/client/directory/known-user').no('KnownUser', (real) => ({
        verify: async (...input: Parameters<typeof real.verify>) =>
          Object.assign(await real.verify(...input), { revocations: [] }),
      })),
    ],
  },
];

/** carol has revoked a device a minute ago, and mallory has it; bob reads what is written with it. */
async function stolenLaptop(
  world: World,
  { sentBeforeMs = 0, isTakenBack = false }: { readonly sentBeforeMs?: number; readonly isTakenBack?: boolean },
): Promise<Played> {
  const mallory = await Mallory.before(world);
  const bob = await world.newcomer('bob', mallory.place);
  const carol = await registerBare(world.place(), world.name('carol'));
  const { deviceId, signer } = carol.device;
  const revocation = await makeRevocation(await loadPrimitives(), {
    account: carol.account.account,
    deviceId,
    nowMs: Date.now() - 60_000,
  });
  serveIdentity(mallory, carol, (real) => ({ ...real, revocations: [toBase64Url(revocation)] }));
  await bob.open(carol.username);
  if (isTakenBack) {
    serveIdentity(mallory, carol, (real) => real);
    await bob.open(carol.username);
  }
  const bobs = await publishedBy(bob, world.endpoints().auth, await userIdOf(bob));
  const { bytes } = await forgeMessage({
    senderUser: carol.userId,
    senderDevice: deviceId,
    signer,
    readers: [carol.account.identity, await readIdentity(bobs)],
    sentAtMs: Date.now() - sentBeforeMs,
    text: 'FROM A STOLEN LAPTOP',
  });
  await tellOf(mallory, bob, carol, (truth) => [...truth, { seq: 0, acceptedAtMs: Date.now(), envelope: bytes }]);
  mallory.sockets.emit('sync:hint', {});
  await comesToPass(
    () => bob.words(carol.username),
    (words) => words.length > 0,
  );
  const words = await bob.words(carol.username);
  return { harm: words.includes('FROM A STOLEN LAPTOP') ? 'bob reads it as carol’s' : null, shown: marksIn(words) };
}
