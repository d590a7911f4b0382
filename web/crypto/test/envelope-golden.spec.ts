import type { Bytes16, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { openEnvelope } from '@secureconnect/crypto/envelope/open';
import { importAccount } from '@secureconnect/crypto/identity/account';
import { verifyDevice } from '@secureconnect/crypto/identity/device';
import { verifyIdentity } from '@secureconnect/crypto/identity/directory';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { backEnds } from './kit/back-ends.js';
import { golden } from './kit/files.js';
import { hex, unhex } from './kit/hex.js';
import { NOW_MS } from './kit/people.js';

interface FrozenPerson {
  readonly userId: string;
  readonly username: string;
  readonly bundle: string;
  readonly deviceCert: string;
  readonly secrets: Record<'ed25519Seed' | 'mldsa65Seed' | 'rsaPkcs8' | 'mlkem768Seed', string>;
}
interface FrozenEnvelopes extends Record<
  'first' | 'reply' | 'second' | 'receipt' | 'signal',
  Record<'bytes' | 'hash', string>
> {
  readonly conversationId: string;
  readonly callId: string;
}

interface FrozenLetters extends Record<'alice' | 'bob', FrozenPerson> {
  readonly letters: Readonly<Record<string, object>>;
  readonly sealed: Readonly<Record<string, { readonly bytes: string; readonly hash: string }>>;
}

describe('a frozen envelope', () => {
  for (const backEnd of backEnds) {
    it(`opens as what was written, frozen with its hash (${backEnd.backEnd})`, async () => {
      const { alice: a, bob: b } = golden('identities.json') as Record<'alice' | 'bob', FrozenPerson>;
      const frozen = golden('envelopes.json') as FrozenEnvelopes;
      const devices = await Promise.all([a, b].map((person) => frozenDevice(backEnd, person)));
      const reader = await frozenAccount(backEnd, b);
      const expected = {
        first: { t: 'text', body: 'hello' },
        reply: { t: 'text', body: 'Grüße 👋\n"quoted"' },
        second: { t: 'text', body: 'hello' },
        receipt: { t: 'receipt' },
        signal: { t: 'signal', callId: unhex(frozen.callId) },
      };
      for (const [name, inner] of Object.entries(expected)) {
        const { bytes, hash } = frozen[name as keyof typeof expected];
        const opened = await openEnvelope(backEnd, unhex(bytes), {
          conversationId: unhex(frozen.conversationId) as Bytes16,
          reader,
          sender: async ({ senderUser }) => {
            const device = devices.find(({ userId }) => hex(userId) === hex(senderUser))!;
            return { device, revokedAtMs: null, pin: 'accepted' };
          },
          clock: () => NOW_MS,
        });
        expect(opened).toMatchObject({ ok: true, inner });
        expect(hex(opened.hash!)).toBe(hash);
      }
    });
  }
});

describe('a frozen letter', () => {
  for (const backEnd of backEnds) {
    it(`opens as what was written: reply, edit, deletion, reaction, typing (${backEnd.backEnd})`, async () => {
      const { alice, bob, letters, sealed } = golden('letters.json') as FrozenLetters;
      const device = await frozenDevice(backEnd, alice);
      const reader = await frozenAccount(backEnd, bob);
      for (const [name, written] of Object.entries(letters)) {
        const bytes = unhex(sealed[name]!.bytes);
        const { header } = readEnvelope(bytes);
        const opened = await openEnvelope(backEnd, bytes, {
          conversationId: header.conversationId,
          reader,
          sender: () => Promise.resolve({ device, revokedAtMs: null, pin: 'accepted' }),
          clock: () => header.sentAtMs,
        });
        const text = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? hex(value) : value);
        expect(JSON.parse(JSON.stringify(opened, text))).toMatchObject({
          ok: true,
          hash: sealed[name]!.hash,
          inner: written,
        });
      }
      expect(Object.keys(letters)).toHaveLength(5);
    });
  }
});

async function frozenDevice(backEnd: Primitives, person: FrozenPerson) {
  const bundles = [unhex(person.bundle)];
  const userId = unhex(person.userId) as Bytes16;
  const identity = await verifyIdentity(backEnd, { userId, username: person.username, bundles, nowMs: NOW_MS });
  return verifyDevice(backEnd, unhex(person.deviceCert), identity.current);
}

function frozenAccount(backEnd: Primitives, { userId, secrets }: FrozenPerson) {
  return importAccount(backEnd, unhex(userId) as Bytes16, {
    signing: {
      ed25519: unhex(secrets.ed25519Seed) as Bytes32,
      mldsa65: unhex(secrets.mldsa65Seed) as Bytes32,
    },
    encryption: [
      { bundleVer: 1, rsaPkcs8: unhex(secrets.rsaPkcs8), mlkemSeed: unhex(secrets.mlkem768Seed) as FixedBytes<64> },
    ],
  });
}
