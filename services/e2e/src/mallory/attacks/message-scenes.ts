import { createHash, randomBytes } from 'node:crypto';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { asBytes16, asBytes32, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { envelopeHashPreimage } from '@secureconnect/contracts/signed/envelope';
import type * as opening from '@secureconnect/crypto/envelope/open';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { registerBare, type BareAccount } from '../../people/bare-account.js';
import type { Person } from '../../people/person.js';
import { userIdOf, tellOf, withEnvelope } from '../deceived-pair.js';
import { flipped, forgeMessage, readIdentity } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import type { World } from '../../world/world.js';
import { defencesOf } from './attack.js';
import { comesToPass, publishedBy } from './scenes.js';

export const open = defencesOf<typeof opening>('@secureconnect/crypto/envelope/open');
type OpenEnvelope = typeof opening.openEnvelope;

/** An envelope where the server's story has room for it. */
export function told(envelope: Uint8Array): StoredMessage {
  return { seq: 0, acceptedAtMs: Date.now(), envelope: new Uint8Array(envelope) };
}

/** The hash that the next envelope of the same device names. */
export function hashOf(envelope: Uint8Array): Bytes32 {
  return asBytes32(new Uint8Array(createHash('sha256').update(envelopeHashPreimage(envelope)).digest()));
}

/** The message with one bit of its envelope turned over; negative: counted from the end. */
export function withBit(message: StoredMessage, index: number): StoredMessage {
  return withEnvelope(message, flipped(message.envelope, index < 0 ? message.envelope.length + index : index));
}

export interface Accomplice {
  readonly bob: Person;
  readonly eve: BareAccount;
  readonly mallory: Mallory;
  /** The words of bob's thread with eve once mallory has slipped him this envelope of hers. */
  readonly slip: (made: { readonly text: string; readonly primitives?: Primitives }) => Promise<string[]>;
}

/** bob talks with eve, who has a good account and works for mallory: she can sign, and seal whatever she likes. */
export async function eveAndBob(world: World): Promise<Accomplice> {
  const mallory = await Mallory.before(world);
  const bob = await world.newcomer('bob', mallory.place);
  const eve = await registerBare(world.place(), world.name('eve'));
  await bob.open(eve.username);
  const bobs = await publishedBy(bob, world.endpoints().auth, await userIdOf(bob));
  return {
    bob,
    eve,
    mallory,
    async slip(made) {
      const { deviceId, signer } = eve.device;
      const readers = [eve.account.identity, await readIdentity(bobs)] as const;
      const { bytes } = await forgeMessage({
        senderUser: eve.userId,
        senderDevice: deviceId,
        signer,
        readers,
        ...made,
      });
      await tellOf(mallory, bob, eve, (truth) => [...truth, told(bytes)]);
      mallory.sockets.emit('sync:hint', {});
      await comesToPass(
        () => bob.words(eve.username),
        (words) => words.length > 0,
      );
      return bob.words(eve.username);
    },
  };
}

/** An envelope counts for whatever conversation it is given in. */
export const noPlace = open.no(
  'openEnvelope',
  (real: OpenEnvelope) =>
    (async (p, input, context) => {
      const header = readHeader(input);
      return real(p, input, header === null ? context : { ...context, conversationId: header });
    }) satisfies OpenEnvelope,
);

function readHeader(input: Uint8Array) {
  return input.length < 300 ? null : asBytes16(new Uint8Array(input.slice(6, 22)));
}

/** Where a talkative client would tell what it finds; set by the attack that listens. */
export const ear: { url: string | null } = { url: null };

/** The client tells the server something of each envelope that it opens, or not. */
export const talkative = (tell: (result: Awaited<ReturnType<OpenEnvelope>>) => string | null) =>
  open.no(
    'openEnvelope',
    (real: OpenEnvelope) =>
      (async (...input) => {
        const result = await real(...input);
        const word = tell(result);
        if (word !== null && ear.url !== null)
          await fetch(`${ear.url}/users/by-name/x`, { method: 'POST', body: JSON.stringify(word) }).catch(
            () => undefined,
          );
        return result;
      }) satisfies OpenEnvelope,
  );

export const newId = () => asBytes16(new Uint8Array(randomBytes(16)));
