import { inspect } from 'node:util';

/** A secret value that does not leave by accident: text, JSON and inspection show `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one call that needs it. */
  reveal(): string {
    return this.#value;
  }

  /** The bytes of a base64url secret (`*.key` files). */
  revealBytes(): Buffer {
    return Buffer.from(this.#value, 'base64url');
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
