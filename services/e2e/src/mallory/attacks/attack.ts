import type { StackOptions } from '@secureconnect/launch/stack';
import type { World } from '../../world/world.js';

/** What came of an attack, in words: what mallory got, and what the person at the screen sees of it. null: nothing. */
export interface Played {
  readonly harm: string | null;
  readonly shown: string | null;
}

/** A defence that can be taken out of a test's copy of the client. */
export interface Defence {
  /** As it is imported: `@secureconnect/crypto/kdf/params`. */
  readonly module: string;
  readonly export: string;
  /** Gives what stands in the defence's place. */
  readonly replacement: (real: never) => unknown;
}

/** An attack of the server's side on a real client, one row of THREATS. */
export interface Attack {
  readonly row: number;
  readonly name: string;
  /** `withstood`: mallory gets nothing. `detected`: and the person sees it. */
  readonly expect: 'withstood' | 'detected';
  play(world: World): Promise<Played>;
  /** What has to be taken out so that the attack works: it is this that holds, not luck. */
  readonly without: readonly Defence[] | WeakStack;
}

/** Services that are set up without a defence of theirs: where it is not the client that holds. */
export interface WeakStack {
  readonly word: string;
  readonly stack: StackOptions;
}

/** Names defences of a module: `defencesOf<typeof params>('@secureconnect/crypto/kdf/params').no('guardKdfParams', ...)`. */
export function defencesOf<Module>(module: string) {
  return {
    no: <Name extends keyof Module & string>(name: Name, replacement: (real: Module[Name]) => unknown): Defence => ({
      module,
      export: name,
      replacement,
    }),
  };
}
