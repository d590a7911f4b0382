import { asBytes16 } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import type * as changes from '@secureconnect/client/conversations/changes';
import type { MessageView } from '@secureconnect/client/messenger';
import type { Inner, Reference } from '@secureconnect/crypto/envelope/inner';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { DeceivedPair, tellOf, userIdOf } from '../deceived-pair.js';
import { falseIdentityOf, forgeMessage, readIdentity } from '../forgeries.js';
import { type Attack, defencesOf } from './attack.js';
import { noSignature } from './cryptography-off.js';
import { eveAndBob, hashOf, told } from './message-scenes.js';
import { comesToPass, marksIn, publishedBy } from './scenes.js';

const folding = defencesOf<typeof changes>('@secureconnect/client/conversations/changes');

/** How a later message names this envelope (PROTOCOL 5.9). */
function referenceTo(envelope: Uint8Array): Reference {
  const { header } = readEnvelope(envelope);
  return { messageId: header.messageId, hash: asBytes16(hashOf(envelope).slice(0, 16)) };
}

/** bob writes to eve, and eve says something about what he wrote; bob's thread once it looks as expected, or when patience ends. */
async function eveSays(
  world: World,
  about: (wrote: Reference) => Inner,
  isExpected: (thread: readonly MessageView[]) => boolean,
): Promise<readonly MessageView[]> {
  const { bob, eve, mallory } = await eveAndBob(world);
  let wrote: Uint8Array | null = null;
  mallory.tamper = {
    ...mallory.tamper,
    command: (name, body: { envelope: Uint8Array }, forward) => {
      if (name === 'message:send') wrote = new Uint8Array(body.envelope);
      return forward(body);
    },
  };
  await bob.say(eve.username, 'the words of bob');
  await eventually(
    () => bob.messenger.unsent(),
    (unsent) => unsent === 0,
  );
  const bobs = await publishedBy(bob, world.endpoints().auth, await userIdOf(bob));
  const { bytes } = await forgeMessage({
    senderUser: eve.userId,
    senderDevice: eve.device.deviceId,
    signer: eve.device.signer,
    readers: [eve.account.identity, await readIdentity(bobs)],
    text: '',
    inner: about(referenceTo(wrote!)),
  });
  await tellOf(mallory, bob, eve, (truth) => [...truth, told(bytes)]);
  mallory.sockets.emit('sync:hint', {});
  await comesToPass(() => bob.thread(eve.username), isExpected);
  return bob.thread(eve.username);
}

/** Taking back, changing and quoting what others said. */
export const TALK_ATTACKS: readonly Attack[] = [
  {
    row: 54,
    name: 'a deletion made by the server in alice’s name',
    expect: 'detected',
    async play(world) {
      const pair = await DeceivedPair.meet(world);
      const [alices, bobs] = [await pair.identityOf(pair.alice), await pair.identityOf(pair.bob)];
      let forged: Uint8Array | null = null;
      const story = await pair.tell((truth) => (forged ? [...truth, told(forged)] : truth));
      await pair.aliceWrites('to be kept');
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
        text: '',
        inner: { t: 'delete', target: referenceTo(genuine) },
      }));
      story.push();
      const words = () => pair.bob.words(pair.alice.username);
      await comesToPass(words, (all) => all.length !== 1 || !all.includes('to be kept'));
      const isKept = (await words()).includes('to be kept');
      return { harm: isKept ? null : 'bob no longer sees what alice wrote', shown: marksIn(await words()) };
    },
    without: [noSignature],
  },
  {
    row: 54,
    name: 'an edit by eve of what bob wrote',
    expect: 'withstood',
    async play(world) {
      const isEdited = (thread: readonly MessageView[]) =>
        thread.some(({ content }) => content.kind === 'text' && content.body === 'WHAT BOB NEVER WROTE');
      const edit = (target: Reference) => ({ t: 'edit', target, body: 'WHAT BOB NEVER WROTE' }) as const;
      const thread = await eveSays(world, edit, isEdited);
      return { harm: isEdited(thread) ? 'bob’s words are eve’s' : null, shown: null };
    },
    // Whoever edits is taken for the author.
    without: [
      folding.no('fold', (real) => (row: Parameters<typeof real>[0], target: Parameters<typeof real>[1]) => {
        const [edit] = Object.values(row.edits);
        return real(edit ? { ...row, edits: { [target.sender]: edit } } : row, target);
      }),
    ],
  },
  {
    row: 55,
    name: 'a quotation of something else than what was written',
    expect: 'detected',
    async play(world) {
      const quote = (target: Reference) =>
        ({
          t: 'text',
          body: 'as you said',
          replyTo: { ...target, hash: asBytes16(new Uint8Array(16).fill(7)) },
        }) as const;
      const quoteIn = (thread: readonly MessageView[]) => thread.flatMap((message) => message.quote ?? [])[0];
      const thread = await eveSays(world, quote, (all) => quoteIn(all) !== undefined);
      const shown = quoteIn(thread);
      if (shown?.known !== true) throw new Error('the quotation did not come');
      return { harm: null, shown: shown.altered ? 'marked as altered' : null };
    },
    without: [folding.no('means', () => () => true)],
  },
];
