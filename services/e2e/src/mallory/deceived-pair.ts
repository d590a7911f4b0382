import { PublicIdentity } from '@secureconnect/contracts/auth';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import type { Person } from '../people/person.js';
import { eventually } from '../waiting/eventually.js';
import type { World } from '../world/world.js';
import { Mallory } from './mallory.js';
import { StoryTeller, type Telling } from './story-teller.js';

/** alice with the services themselves, and bob with mallory in between. */
export class DeceivedPair {
  readonly world: World;
  readonly mallory: Mallory;
  readonly alice: Person;
  readonly bob: Person;

  private constructor(world: World, mallory: Mallory, alice: Person, bob: Person) {
    this.world = world;
    this.mallory = mallory;
    this.alice = alice;
    this.bob = bob;
  }

  static async meet(world: World): Promise<DeceivedPair> {
    const mallory = await Mallory.before(world, 2);
    const { alice, bob } = await world.aliceAndBob({ bob: mallory.place });
    return new DeceivedPair(world, mallory, alice, bob);
  }

  /** From now on bob is told this story of his conversation with alice. */
  async tell(telling: Telling): Promise<StoryTeller> {
    return tellOf(this.mallory, this.bob, this.alice, telling);
  }

  /** alice writes, the server stores. */
  async aliceWrites(...texts: string[]): Promise<void> {
    for (const text of texts) await this.alice.say(this.bob.username, text);
    await eventually(
      () => this.alice.messenger.unsent(),
      (unsent) => unsent === 0,
    );
  }

  /** bob's thread, once it has this many entries. */
  async bobReads(count: number): Promise<string[]> {
    return eventually(
      () => this.bob.words(this.alice.username),
      (words) => words.length === count,
    );
  }

  /** What the real directory says of somebody. */
  async identityOf(person: Person): Promise<PublicIdentity> {
    const url = `${this.world.endpoints().auth}/users/${await userIdOf(person)}`;
    const answer = await this.alice.jar.fetch(url, { method: 'GET' });
    return PublicIdentity.parse(await answer.json());
  }
}

/** Tells a reader a story of the conversation with somebody. */
export async function tellOf(
  mallory: Mallory,
  reader: Person,
  other: Pick<Person, 'username'>,
  telling: Telling,
): Promise<StoryTeller> {
  const { conversationId } = await reader.conversationWith(other.username);
  return new StoryTeller(mallory, conversationId, telling);
}

/** Whoever is signed in there. The messenger must be open. */
export async function userIdOf(person: Person): Promise<string> {
  const session = await person.messenger.restore();
  return session.state === 'signed-in' ? session.self.userId : '';
}

/** The message with another envelope. */
export function withEnvelope(message: StoredMessage, envelope: Uint8Array): StoredMessage {
  return { ...message, envelope: new Uint8Array(envelope) };
}
