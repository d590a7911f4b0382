import { isPaddedLength } from '@secureconnect/contracts/signed/padding';
import type { ColumnLook } from '@secureconnect/platform/store/column-class';
import type { StoredValue } from '../store/store-reader.js';
import { entropyPerByte } from './entropy.js';

export const SEALED_BITS_PER_BYTE = 7.5;
/** Below this many bytes even random ones look uneven. */
export const ENTROPY_SAMPLE_BYTES = 4_096;

const ID = /^[0-9a-f]{32}$/;
const EARLIEST_MS = Date.UTC(2020, 0, 1);
/** Nothing that a store knows lies further ahead. */
const FURTHEST_MS = 5 * 366 * 86_400_000;

type Look<C extends ColumnLook['class']> = Extract<ColumnLook, { class: C }>;

/** What is wrong with a column's values (those that are not NULL) for its declared class: in words, never a value. */
export function columnFaults(look: ColumnLook, values: readonly StoredValue[]): string[] {
  if (look.class === 'sealed') return sealedFaults(look, values);
  const odd = values.filter((value) => !looksAs(look, value)).length;
  return odd === 0 ? [] : [`${odd} of ${values.length} values do not look like ${look.class}`];
}

function looksAs(look: Exclude<ColumnLook, { class: 'sealed' }>, value: StoredValue): boolean {
  switch (look.class) {
    case 'id':
      if (value instanceof Uint8Array) return value.length === 16;
      return typeof value === 'string' && (ID.test(value) || (look.also ?? []).includes(value));
    case 'time':
      return isWhole(value) && (value === 0 || (value >= EARLIEST_MS && value <= Date.now() + FURTHEST_MS));
    case 'counter':
      return isWhole(value);
    case 'public':
      return looksPublic(look, value);
    case 'declared-plain':
      return look.pattern === undefined || (typeof value === 'string' && look.pattern.test(value));
  }
}

function looksPublic({ values, magic, bytes, pattern }: Look<'public'>, value: StoredValue): boolean {
  if (value instanceof Uint8Array) {
    if (values !== undefined || pattern !== undefined) return false;
    const begins = magic === undefined || Buffer.from(value.subarray(0, magic.length)).toString('latin1') === magic;
    return begins && (bytes === undefined || value.length === bytes);
  }
  if (magic !== undefined || bytes !== undefined) return false;
  const text = String(value);
  return (values === undefined || values.includes(text)) && (pattern === undefined || pattern.test(text));
}

function sealedFaults(look: Look<'sealed'>, values: readonly StoredValue[]): string[] {
  const sealed = values.filter((value) => value instanceof Uint8Array);
  const faults: string[] = [];
  if (sealed.length < values.length) faults.push(`${values.length - sealed.length} values are no bytes`);
  const { bits, bytes } = entropyPerByte(sealed);
  if (bytes >= ENTROPY_SAMPLE_BYTES && bits < SEALED_BITS_PER_BYTE)
    faults.push(`${bits.toFixed(2)} bits in each byte: that is not sealed`);
  if ('padded' in look) {
    const bare = sealed.filter(({ length }) => !look.padded.some((overhead) => isPaddedLength(length - overhead)));
    if (bare.length > 0) faults.push(`${bare.length} of ${sealed.length} values have a length that is not padded`);
  } else {
    const sizes = new Set(sealed.map(({ length }) => length)).size;
    if (sizes > look.sizes) faults.push(`${sizes} lengths, where at most ${look.sizes} may be`);
  }
  return faults;
}

function isWhole(value: StoredValue): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
