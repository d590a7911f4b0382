import { asBytes16 } from '@secureconnect/contracts/signed/bytes';
import { readDeviceCert } from '@secureconnect/contracts/signed/device';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { sealGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import type * as making from '@secureconnect/crypto/group/make-epoch';
import type * as devices from '@secureconnect/crypto/identity/device';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { registerBare } from '../../people/bare-account.js';
import { must, wordsOf } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { falseIdentityOf } from '../forgeries.js';
import { GroupHand } from '../group-story.js';
import { Mallory } from '../mallory.js';
import { StoryTeller } from '../story-teller.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { deceivedGroup, opensWith, secretBy, secretsOf, stateOf, wrapFor } from './group-scenes.js';
import { told } from './message-scenes.js';
import { comesToPass, marksIn, publishedBy, serveIdentity } from './scenes.js';

const PATIENCE_MS = 20_000;

/** Every epoch of a group has the same secret. */
const noFreshSecret = defencesOf<typeof making>('@secureconnect/crypto/group/make-epoch').no(
  'makeEpoch',
  (real) =>
    ((p: Primitives, ...input) => {
      const randomBytes: Primitives['randomBytes'] = (count) =>
        count === 32 ? new Uint8Array(32).fill(7) : p.randomBytes(count);
      return real({ ...p, randomBytes }, ...input);
    }) satisfies typeof real,
);

/** eve, who was in alice's group at another time, and a server that gives her everything it has of it. */
async function everythingForEve(world: World, eveIs: 'removed' | 'new'): Promise<Played> {
  const mallory = await Mallory.before(world);
  const hand = new GroupHand(mallory);
  const alice = await world.newcomer('alice', mallory.place);
  const eve = await registerBare(world.place(), world.name('eve'));
  const isNew = eveIs === 'new';
  const group = must(await alice.messenger.createGroup(world.name('group'), isNew ? [] : [eve.username]));
  const write = async () => {
    const before = hand.envelopes.length;
    must(await alice.messenger.send(group.conversationId, 'not for eve'));
    await eventually(
      () => hand.envelopes.length,
      (count) => count > before,
    );
    return hand.envelopes.at(-1)!;
  };
  const early = await write();
  if (isNew) must(await alice.messenger.addMember(group.conversationId, eve.username));
  else must(await alice.messenger.removeMember(group.conversationId, eve.userId));
  const late = await write();
  const [hers, others] = isNew ? [late, early] : [early, late];
  const secrets = await secretsOf(eve, hand.epochs);
  const opened = async (envelope: Uint8Array) =>
    (await Promise.all(secrets.map((key) => opensWith(key, envelope)))).some((opens) => opens);
  if (!(await opened(hers))) throw new Error('eve cannot read what was written while she was in');
  return { harm: (await opened(others)) ? 'eve reads it' : null, shown: null };
}

/** What is read in a group, and by whom. */
export const GROUP_SECRECY_ATTACKS: readonly Attack[] = [
  {
    row: 69,
    name: 'a device of alice in her group that alice never signed',
    expect: 'detected',
    async play(world) {
      const { alice, bob, eve, groupId, hand, mallory, story } = await deceivedGroup(world, { eveIsIn: true });
      const p = await loadPrimitives();
      const alices = await publishedBy(bob, world.endpoints().auth, await userIdOf(alice));
      const { device, published } = await falseIdentityOf(alices.userId, alices.username);
      serveIdentity(mallory, alices, (real) => ({
        ...real,
        deviceCerts: [...real.deviceCerts, ...published.deviceCerts],
      }));
      const group = await stateOf(await story.entries());
      // eve has given the secret of the epoch away.
      const { epoch, key } = (await secretBy(eve, hand.epochs[0]!, wrapFor(hand.epochs[0]!, eve.userId)!))!;
      const { bytes } = await sealGroupEnvelope(p, {
        group,
        epoch: { ...epoch, hash: new Uint8Array(32) as typeof epoch.groupHead, key, name: null, code: '' },
        sender: { userId: idFromHex(alices.userId), deviceId: device.deviceId, signer: device.signer, bundleVer: 1 },
        messageId: asBytes16(p.randomBytes(16)),
        senderSeq: 1,
        previousHash: new Uint8Array(32) as typeof epoch.groupHead,
        sentAtMs: Date.now(),
        inner: { t: 'text', body: 'GHOST' },
      });
      const teller = new StoryTeller(mallory, groupId, (truth) => [...truth, told(bytes)]);
      teller.push();
      const words = async () =>
        must(await bob.messenger.messages(groupId, { beforeSeq: null, limit: 9 })).messages.map(wordsOf);
      await comesToPass(words, (all) => all.length > 0, PATIENCE_MS);
      const found = await words();
      return { harm: found.includes('GHOST') ? 'bob reads it as alice’s' : null, shown: marksIn(found) };
    },
    without: [
      defencesOf<typeof devices>('@secureconnect/crypto/identity/device').no(
        'verifyDevice',
        () =>
          (async (p, cert, bundle) => {
            const { userId, deviceId, ed25519, createdAtMs, expiresAtMs } = readDeviceCert(cert);
            const verifier = await p.ed25519.importPublic(ed25519);
            return { userId, deviceId, accountPin: bundle.pin, verifier, createdAtMs, expiresAtMs };
          }) satisfies typeof devices.verifyDevice,
      ),
    ],
  },
  {
    row: 70,
    name: 'everything that the server has of the group, for eve who was removed',
    expect: 'withstood',
    play: (world) => everythingForEve(world, 'removed'),
    without: [noFreshSecret],
  },
  {
    row: 78,
    name: 'everything that the server has of the group, for eve who is new in it',
    expect: 'withstood',
    play: (world) => everythingForEve(world, 'new'),
    without: [noFreshSecret],
  },
];
