import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { isJsonObject, type JsonValue, StrictJsonError } from './strict-json.js';
import { isWellFormed } from './text.js';

const ID = /^[0-9a-f]{32}$/;

/** @throws StrictJsonError always */
export function refuseJson(): never {
  throw new StrictJsonError('not what was expected');
}

/** `value` as a list of at most `max`. @throws StrictJsonError */
export function jsonList(value: JsonValue | undefined, max: number): readonly JsonValue[] {
  if (!Array.isArray(value) || value.length > max) refuseJson();
  return value as readonly JsonValue[];
}

/** Takes the members of an object one by one; what is left over at the end is refused. Everything here throws StrictJsonError. */
export class JsonFields {
  private readonly left: Map<string, JsonValue>;
  constructor(value: JsonValue) {
    if (!isJsonObject(value)) refuseJson();
    this.left = new Map(value);
  }

  take(name: string): JsonValue | undefined {
    const value = this.left.get(name);
    this.left.delete(name);
    return value;
  }

  /** Well-formed text of `min` to `max` UTF-16 units. */
  text(name: string, min: number, max: number): string {
    return jsonText(this.take(name), min, max);
  }

  /** 16 bytes as 32 lowercase hex characters. */
  id(name: string): Bytes16 {
    const text = this.text(name, 32, 32);
    return ID.test(text) ? idFromHex(text) : refuseJson();
  }

  /** A whole number from `min` on. */
  count(name: string, min: number): number {
    return jsonCount(this.take(name), min);
  }

  flag(name: string): boolean {
    const value = this.take(name);
    return typeof value === 'boolean' ? value : refuseJson();
  }

  /** The member `v`, which must be the known one. */
  version(known: number): void {
    if (this.take('v') !== known) refuseJson();
  }

  end(): void {
    if (this.left.size !== 0) refuseJson();
  }
}

/** `value` as well-formed text of `min` to `max` UTF-16 units. @throws StrictJsonError */
export function jsonText(value: JsonValue | undefined, min: number, max: number): string {
  const fits = typeof value === 'string' && value.length >= min && value.length <= max && isWellFormed(value);
  return fits ? value : refuseJson();
}

/** `value` as a whole number from `min` on. @throws StrictJsonError */
export function jsonCount(value: JsonValue | undefined, min: number): number {
  return typeof value === 'number' && value >= min ? value : refuseJson();
}
