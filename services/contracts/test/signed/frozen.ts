import { readFileSync } from 'node:fs';

/*
 * Structures that the clients' cryptography made and froze, read as files: the wire is the same on both sides, and no server imports
 * what made them.
 */
const folder = new URL('../../../../web/crypto/test/golden/', import.meta.url);
const file = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

interface Identities {
  readonly alice: Record<
    'userId' | 'username' | 'bundle' | 'bundleHash' | 'deviceId' | 'deviceCert' | 'revocation',
    string
  >;
  readonly bob: Record<'userId', string>;
  readonly aliceRotated: { readonly bundle: string };
}
interface Vaults {
  readonly userId: string;
  readonly kdfParams: string;
  readonly withPin: {
    readonly header: string;
    readonly head: string;
    readonly items: readonly { readonly itemId: string; readonly bytes: string }[];
    readonly hash: string;
  };
}
interface Envelopes {
  readonly conversationId: string;
  readonly first: Record<'bytes' | 'hash', string>;
  readonly second: Record<'bytes' | 'hash', string>;
  readonly receipt: Record<'bytes' | 'hash', string>;
  readonly signal: Record<'bytes' | 'hash', string>;
}

interface Groups extends Record<'text' | 'receipt' | 'typing', Record<'bytes' | 'hash', string>> {
  readonly people: readonly { readonly userId: string; readonly bundle: string }[];
  readonly groupId: string;
  readonly head: string;
  readonly entries: readonly string[];
  readonly epochs: readonly { readonly bytes: string; readonly wraps: string }[];
}

export const identities = file('identities.json') as Identities;
export const vaults = file('vaults.json') as Vaults;
export const envelopes = file('envelopes.json') as Envelopes;
export const groups = file('groups.json') as Groups;

/** `bytes` with other ones at `offset`. */
export function patched(bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(values, offset);
  return copy;
}
