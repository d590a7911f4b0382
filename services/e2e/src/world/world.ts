import type { Endpoints } from '@secureconnect/client/deps';
import type { MemoryStorage } from '@secureconnect/client/storage/memory-storage';
import { launchStack, type StackOptions } from '@secureconnect/launch/stack';
import type { Stack } from '@secureconnect/launch/stack/running-stack';
import { Person, type Place } from '../people/person.js';

/** The rates that protect the services from strangers are for their own tests. */
const UNHURRIED = { THROTTLE_SCALE: '1000' };

/** A running stack and the people who use it; everything ends together. */
export class World {
  readonly stack: Stack;
  readonly #people: Person[] = [];
  readonly #ends: (() => Promise<void>)[] = [];
  #names = 0;

  private constructor(stack: Stack) {
    this.stack = stack;
  }

  /** All five services, two gateways, a Redis of their own. */
  static async begin(options: StackOptions = {}): Promise<World> {
    return new World(
      await launchStack({
        signalings: 1,
        ...options,
        env: { ...options.env, all: { ...UNHURRIED, ...options.env?.all } },
      }),
    );
  }

  async end(): Promise<void> {
    await this.closeEverybody();
    await this.stack.stop();
  }

  /** Closes what a test has opened; the stack stays. */
  async closeEverybody(): Promise<void> {
    await Promise.all(this.#people.splice(0).map(({ messenger }) => messenger.close()));
    for (const end of this.#ends.splice(0)) await end();
  }

  /** Runs when everybody is closed. */
  atEnd(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** The services without anything in between. `gateway`: which replica, from 1. */
  place(gateway: 1 | 2 = 1): Place {
    return { origin: this.stack.origin, endpoints: this.endpoints(gateway) };
  }

  endpoints(gateway: 1 | 2 = 1): Endpoints {
    const url = (service: Parameters<Stack['replica']>[0], number?: number) => this.stack.replica(service, number).url;
    return {
      auth: `${url('auth')}/api/auth`,
      credits: `${url('credits')}/api/credits`,
      admin: `${url('admin')}/api/admin`,
      messagingSocket: url('messaging-gateway', gateway),
      signalingSocket: url('signaling', 1),
    };
  }

  /** A name that nobody in this world has. */
  name(word: string): string {
    return `${word}-${++this.#names}`;
  }

  person(username: string, place: Place = this.place(), kept: ConstructorParameters<typeof Person>[2] = {}): Person {
    const person = new Person(username, place, kept);
    this.#people.push(person);
    return person;
  }

  /** Somebody new with an account, connected. The name gets a number. */
  async newcomer(word: string, place: Place = this.place()): Promise<Person> {
    const person = this.person(this.name(word), place);
    await person.signUp();
    return person;
  }

  /** alice on gateway 1, bob on gateway 2, and their conversation. */
  async aliceAndBob(places: { alice?: Place; bob?: Place } = {}): Promise<{ alice: Person; bob: Person }> {
    const alice = await this.newcomer('alice', places.alice ?? this.place(1));
    const bob = await this.newcomer('bob', places.bob ?? this.place(2));
    await alice.open(bob.username);
    await bob.conversationWith(alice.username);
    return { alice, bob };
  }

  /** The same person on the same device after a reload: what was in its storage, and nothing else. */
  async reloaded(
    before: Person,
    place: Place = this.place(),
    storage: MemoryStorage = before.storage,
  ): Promise<Person> {
    await before.messenger.close();
    const person = this.person(before.username, place, { password: before.password, storage, jar: before.jar });
    await person.restore();
    return person;
  }

  /** The same person in a browser that has never seen the account. */
  elsewhere(before: Person, place: Place = this.place()): Person {
    return this.person(before.username, place, { password: before.password });
  }
}
