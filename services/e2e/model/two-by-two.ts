import { PublicIdentity, type Vault } from '@secureconnect/contracts/auth';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { endpointsAt } from '@secureconnect/client/deps';
import { unwrapContentKey } from '@secureconnect/crypto/envelope/key-wrap';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { FakeServer } from '../../../web/client/test/fake-server.js';
import { falseIdentityOf, forgeMessage, readIdentity, type FalseIdentity } from '../src/mallory/forgeries.js';
import { Mallory } from '../src/mallory/mallory.js';
import { StoryTeller } from '../src/mallory/story-teller.js';
import { Person } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';
import { Lies } from './lies.js';

export type User = 'alice' | 'bob';
export const FORGED = 'MALLORY WAS HERE';

/** One device of one of the two people, and the server as it shows itself to this device. */
export interface Device {
  readonly user: User;
  readonly peer: User;
  person: Person;
  readonly mallory: Mallory;
  readonly story: StoryTeller;
  readonly lies: Lies;
  /** Served to it: keys of mallory's for the peer; the vault of before. */
  readonly served: { falseKeys: boolean; oldVault: Vault | null };
  /** Whether it was ever lied to. */
  deceived: boolean;
  /** Alarms of the messengers before the last restart. */
  readonly alarmsBefore: string[];
}

/** alice and bob with two devices each, and every device behind a delivery service of its own that may lie to it. */
export class TwoByTwo {
  readonly devices: Device[] = [];
  /** Every text that somebody wrote. */
  readonly said: { readonly user: User; readonly text: string; readonly messageId: string }[] = [];
  readonly #server: FakeServer;
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #false = new Map<User, FalseIdentity>();
  readonly #forged = new Map<User, Uint8Array>();
  readonly #firstVaults = new Map<User, Vault>();

  private constructor(server: FakeServer) {
    this.#server = server;
  }

  static async meet(): Promise<TwoByTwo> {
    const all = new TwoByTwo(await FakeServer.start());
    const proxies = [await all.#proxy(), await all.#proxy(), await all.#proxy(), await all.#proxy()] as const;
    const [alice, bob] = [new Person('alice', proxies[0].place), new Person('bob', proxies[1].place)];
    await alice.signUp();
    await bob.signUp();
    for (const user of ['alice', 'bob'] as const)
      all.#firstVaults.set(user, structuredClone(all.#server.account(user).vault));
    const { conversationId } = await alice.open('bob');
    const first = await alice.say('bob', 'first');
    await bob.reads('alice', 'first');
    const second = await bob.say('alice', 'second');
    await alice.reads('bob', 'second');
    all.said.push({ user: 'alice', text: 'first', messageId: first.messageId });
    all.said.push({ user: 'bob', text: 'second', messageId: second.messageId });
    const others = [new Person('alice', proxies[2].place), new Person('bob', proxies[3].place)] as const;
    for (const [index, person] of others.entries()) {
      await person.logIn();
      await person.reads(index === 0 ? 'bob' : 'alice', 'second');
    }
    for (const [index, person] of [alice, bob, ...others].entries())
      all.#add(person, index % 2 === 0 ? 'alice' : 'bob', proxies[index]!, conversationId);
    await all.#prepareLies();
    return all;
  }

  async end(): Promise<void> {
    await Promise.all(this.devices.map(({ person }) => person.messenger.close()));
    for (const end of this.#ends) await end();
    await this.#server.stop();
  }

  /** A message in the name of the peer, well-formed in all but the key. */
  forgedFor(device: Device): Uint8Array {
    return this.#forged.get(device.peer)!;
  }

  firstVaultOf(user: User): Vault {
    return this.#firstVaults.get(user)!;
  }

  /** The messenger ends where it stands, and begins again from what it has kept. */
  async restart(device: Device): Promise<void> {
    const { person } = device;
    device.alarmsBefore.push(...person.alarms);
    await person.messenger.close();
    const { password, storage, jar } = person;
    device.person = new Person(person.username, device.mallory.place, { password, storage, jar });
    await device.person.restore();
  }

  /** The texts that the server has, in its order. */
  stored(): string[] {
    const texts = new Map(this.said.map(({ messageId, text }) => [messageId, text]));
    const [conversation] = this.#server.conversations.values();
    return conversation!.messages.map(({ envelope }) => texts.get(idToHex(readEnvelope(envelope).header.messageId))!);
  }

  /** The same person in a browser that has never seen the account, with an honest server. */
  async elsewhere(user: User): Promise<Person> {
    const { origin } = this.#server;
    const person = new Person(user, { origin, endpoints: endpointsAt(origin) });
    await person.logIn();
    this.#ends.push(() => person.messenger.close());
    return person;
  }

  /** Whether keys that mallory made open anything that anybody sealed. */
  async malloryOpensSomething(): Promise<boolean> {
    const primitives = await loadPrimitives();
    const keys = new Map(
      [...this.#false.values()].map(({ account: { account } }) => [idToHex(account.userId), account]),
    );
    for (const { messages } of this.#server.conversations.values()) {
      for (const { envelope } of messages) {
        const { header, wraps } = readEnvelope(envelope);
        for (const wrap of wraps) {
          const own = keys.get(idToHex(wrap.userId))!.encryption.get(1)!;
          const opened = await unwrapContentKey(primitives, header, wrap, own).catch(() => null);
          if (opened !== null) return true;
        }
      }
    }
    return false;
  }

  async #proxy(): Promise<Mallory> {
    const { origin } = this.#server;
    return Mallory.before({
      stack: { origin },
      endpoints: () => endpointsAt(origin),
      atEnd: (end) => this.#ends.push(end),
    });
  }

  #add(person: Person, user: User, mallory: Mallory, conversationId: string): void {
    const lies = new Lies();
    const story = new StoryTeller(mallory, conversationId, (truth) => lies.tell(truth));
    // Positions are as they are unless there is something to hide: messages that overtake one another are no lie.
    Object.defineProperty(story, 'asNumbered', { get: () => lies.isHonest });
    const peer = user === 'alice' ? 'bob' : 'alice';
    const served: Device['served'] = { falseKeys: false, oldVault: null };
    mallory.tamper = {
      ...mallory.tamper,
      answer: ({ method, route }, answer) => {
        if (method === 'GET' && route === 'auth/vault' && served.oldVault)
          return { status: 200, body: served.oldVault };
        if (!served.falseKeys || !route.startsWith('auth/users/')) return answer;
        const isOfPeer = (answer.body as PublicIdentity).username === peer;
        return isOfPeer ? { status: 200, body: this.#false.get(peer)!.published } : answer;
      },
    };
    this.devices.push({ user, peer, person, mallory, story, lies, served, deceived: false, alarmsBefore: [] });
  }

  async #prepareLies(): Promise<void> {
    const identities = ['alice', 'bob'].map((username) => {
      const { userId, bundle, deviceCerts } = this.#server.account(username);
      return PublicIdentity.parse({ userId, username, bundles: [bundle], deviceCerts, revocations: [] });
    });
    const readers = [await readIdentity(identities[0]!), await readIdentity(identities[1]!)] as const;
    for (const [index, user] of (['alice', 'bob'] as const).entries()) {
      const lie = await falseIdentityOf(identities[index]!.userId, user);
      const { deviceId, signer } = lie.device;
      const senderUser = identities[index]!.userId;
      const forged = await forgeMessage({ senderUser, senderDevice: deviceId, signer, readers, text: FORGED });
      this.#false.set(user, lie);
      this.#forged.set(user, forged.bytes);
    }
  }
}

/** Once this has not changed for a while. */
export async function isQuiet(look: () => Promise<readonly string[]>, stillMs = 350): Promise<void> {
  let before = '';
  let since = Date.now();
  await eventually(
    async () => {
      const now = (await look()).join('\n');
      if (now !== before) [before, since] = [now, Date.now()];
      return Date.now() - since;
    },
    (still) => still > stillMs,
    15_000,
  );
}

/**
 * What is wrong and stays wrong. A machine that is busy shows for a while what is not so any longer a moment later: quiet is no proof that nothing
 * is on its way.
 */
export async function whatStays(look: () => Promise<string[]>, withinMs = 45_000): Promise<string[]> {
  return eventually(look, (wrong) => wrong.length === 0, withinMs).catch(look);
}
