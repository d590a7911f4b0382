import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { freshNames, Person, stretchPassword, type AuthDoor, type StretchedPassword } from './people.js';

/** Registrations at once: each keeps a core busy for its keys here and for bcrypt there. */
const REGISTRATIONS = 4;

/** The people of a run. Parts share them, for to register is most of what a run waits for. */
export class People {
  readonly #p: Primitives;
  readonly #door: AuthDoor;
  readonly #print: (text: string) => void;
  readonly #people: Person[] = [];
  #password: StretchedPassword | undefined;

  constructor(p: Primitives, door: AuthDoor, print: (text: string) => void) {
    this.#p = p;
    this.#door = door;
    this.#print = print;
  }

  /** The first `count` of them; registers those that are missing. */
  async first(count: number): Promise<readonly Person[]> {
    const missing = count - this.#people.length;
    if (missing > 0) {
      this.#print(`registering ${missing} people`);
      const password = (this.#password ??= await stretchPassword(this.#p));
      const names = freshNames(missing).values();
      const register = async (): Promise<void> => {
        for (const name of names) this.#people.push(await Person.register(this.#p, this.#door, name, password));
      };
      await Promise.all(Array.from({ length: REGISTRATIONS }, register));
    }
    return this.#people.slice(0, count);
  }
}
