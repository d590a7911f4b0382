import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import type { Inner, Reference } from '@secureconnect/crypto/envelope/inner';
import { deterministicPrimitives } from '../kit/deterministic.js';
import { hex } from '../kit/hex.js';
import { makePerson, seal } from '../kit/people.js';

/** One of each type of content that came after the first ones, from Alice to Bob. Frozen like `scenario.ts`. */
export async function playLetters() {
  const { primitives: p, useRsaKey } = await deterministicPrimitives('SecureConnect golden structures, letters');
  useRsaKey(0);
  const alice = await makePerson(p, 'alice');
  useRsaKey(1);
  const bob = await makePerson(p, 'bob');
  const first = await seal(p, alice, bob, { inner: { t: 'text', body: 'hello' } });
  const target: Reference = {
    messageId: first.bytes.slice(22, 38) as Bytes16,
    hash: first.hash.slice(0, 16) as Bytes16,
  };
  const letters: Readonly<Record<string, Inner>> = {
    reply: { t: 'text', body: 'hello to you', replyTo: target },
    edit: { t: 'edit', target, body: 'hello, all' },
    delete: { t: 'delete', target },
    reaction: { t: 'reaction', target, emoji: '👩‍👩‍👧‍👦' },
    typing: { t: 'typing', on: true },
  };
  const sealed: Record<string, unknown> = { first };
  for (const [name, inner] of Object.entries(letters)) sealed[name] = await seal(p, alice, bob, { inner });
  const people = [alice, bob].map(({ userId, username, bundle, device, secrets }) => ({
    userId,
    username,
    bundle,
    deviceCert: device.cert,
    secrets: {
      ed25519Seed: secrets.signing.ed25519,
      mldsa65Seed: secrets.signing.mldsa65,
      rsaPkcs8: secrets.encryption[0]!.rsaPkcs8,
      mlkem768Seed: secrets.encryption[0]!.mlkemSeed,
    },
  }));
  const text = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? hex(value) : value);
  return JSON.parse(JSON.stringify({ alice: people[0], bob: people[1], letters, sealed }, text)) as object;
}
