import { createHash, createPublicKey, verify } from 'node:crypto';
import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import { LIMITS } from '@secureconnect/contracts/limits';
import { readDeviceCert } from '@secureconnect/contracts/signed/device';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import {
  ENVELOPE_MAX_BYTES,
  ENVELOPE_OVERHEAD_BYTES,
  type EnvelopeKind,
  envelopeBodyPreimage,
  envelopeHashPreimage,
  envelopeHeadPreimage,
  envelopeSignaturePreimage,
  GROUP_ENVELOPE_OVERHEAD_BYTES,
  isChained,
  isGroupHeader,
  readEnvelope,
  readEnvelopeHeader,
} from '@secureconnect/contracts/signed/envelope';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { isPaddedLength, paddedLength } from '@secureconnect/contracts/signed/padding';
import { envelopes, identities, patched } from './frozen.js';
import { refusal } from './refusal.js';

const { alice, bob } = identities;
const bytes = fromHex(envelopes.first.bytes);
const second = fromHex(envelopes.second.bytes);
const sha256 = (input: Uint8Array) => asBytes32(new Uint8Array(createHash('sha256').update(input).digest()));
const wrapAt = (which: number) => 235 + which * 1_412;
/** With a group's head and epoch 1 in the header. */
const inGroup = (direct: Uint8Array) => patched(patched(direct, 122, 1), 161, 1);
/** The same content without wraps, as a group's member sends it. */
const groupEnvelope = (kind: number) => {
  const direct = patched(inGroup(bytes), 5, kind);
  return new Uint8Array([...direct.subarray(0, 234), 0, ...direct.subarray(wrapAt(2))]);
};

describe('the reader of envelopes', () => {
  it('gives a gateway all it routes by, without a key', () => {
    const { header, wraps } = readEnvelope(bytes);
    expect(header).toMatchObject({ suite: 1, kind: 1, senderBundleVer: 1, senderSeq: 1, epoch: 0, logSize: 0 });
    expect(toHex(header.conversationId)).toBe(envelopes.conversationId);
    expect([toHex(header.senderUser), toHex(header.senderDevice)]).toEqual([alice.userId, alice.deviceId]);
    expect(new Set(wraps.map(({ userId }) => toHex(userId)))).toEqual(new Set([alice.userId, bob.userId]));
    expect(bytes).toHaveLength(ENVELOPE_OVERHEAD_BYTES + 256);
  });

  it('gives what is signed, and the hash that the next one names', () => {
    const { head, body, signature } = readEnvelope(bytes);
    const preimage = envelopeSignaturePreimage(sha256(envelopeHeadPreimage(head)), sha256(envelopeBodyPreimage(body)));
    const { ed25519 } = readDeviceCert(fromHex(alice.deviceCert));
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(ed25519).toString('base64url') };
    expect(verify(null, preimage, createPublicKey({ key: jwk, format: 'jwk' }), signature)).toBe(true);
    expect(toHex(sha256(envelopeHashPreimage(bytes)))).toBe(envelopes.first.hash);
    expect(toHex(readEnvelope(second).header.previousHash)).toBe(envelopes.first.hash);
  });

  it('reads the header alone as it reads it with the rest', () => {
    for (const text of [envelopes.first, envelopes.second, envelopes.receipt, envelopes.signal]) {
      expect(readEnvelopeHeader(fromHex(text.bytes))).toEqual(readEnvelope(fromHex(text.bytes)).header);
    }
  });

  it('tells the kinds apart', () => {
    expect(readEnvelope(fromHex(envelopes.receipt.bytes)).header.kind).toBe(6);
    expect(readEnvelope(fromHex(envelopes.signal.bytes)).header).toMatchObject({ kind: 5, senderSeq: 7 });
  });

  it('reads what a member sends to a group: no wraps, a head and an epoch', () => {
    const { header, wraps, head, body } = readEnvelope(groupEnvelope(2));
    expect(header).toMatchObject({ kind: 2, epoch: 1 });
    expect([wraps.length, head.length, body.length]).toEqual([0, 235 + 32, 12 + 256 + 16]);
    expect(groupEnvelope(2)).toHaveLength(GROUP_ENVELOPE_OVERHEAD_BYTES + 256);
  });

  it('reads receipts and ephemeral ones in either form', () => {
    for (const kind of [6, 7]) {
      expect(isGroupHeader(readEnvelope(groupEnvelope(kind)).header)).toBe(true);
      expect(isGroupHeader(readEnvelope(patched(bytes, 5, kind)).header)).toBe(false);
    }
    expect([1, 2, 5, 6, 7].filter((kind) => isChained(kind as EnvelopeKind))).toEqual([1, 2]);
  });

  it('refuses every other length', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(['truncated', 'not-canonical']).toContain(refusal(() => readEnvelope(bytes.subarray(0, length))));
    }
    expect(refusal(() => readEnvelope(new Uint8Array([...bytes, 0])))).toBe('not-canonical');
    expect(refusal(() => readEnvelope(new Uint8Array(ENVELOPE_MAX_BYTES + 1)))).toBe('too-large');
    expect(refusal(() => readEnvelopeHeader(new Uint8Array(ENVELOPE_MAX_BYTES + 1)))).toBe('too-large');
    expect(refusal(() => readEnvelopeHeader(bytes.subarray(0, 233)))).toBe('truncated');
    expect(ENVELOPE_MAX_BYTES).toBe(LIMITS.envelopeMaxBytes);
  });

  const first = (which: number) => bytes.subarray(wrapAt(which), wrapAt(which) + 16);
  const refused: readonly [string, Uint8Array, string][] = [
    ['another magic', patched(bytes, 0, 0x7b), 'wrong-magic'],
    ['suite 0', patched(bytes, 4, 0), 'unknown-id'],
    ['suite 2', patched(bytes, 4, 2), 'unknown-id'],
    ['kind 0', patched(bytes, 5, 0), 'unknown-id'],
    ['kind 3, which is no envelope', patched(bytes, 5, 3), 'unknown-id'],
    ['kind 4, which is no envelope', patched(bytes, 5, 4), 'unknown-id'],
    ['kind 8', patched(bytes, 5, 8), 'unknown-id'],
    ['a message to a group without one', patched(bytes, 5, 2), 'not-canonical'],
    ['a direct message in an epoch', inGroup(bytes), 'not-canonical'],
    ['a signal in an epoch', inGroup(fromHex(envelopes.signal.bytes)), 'not-canonical'],
    ['wraps in a group', patched(inGroup(bytes), 5, 2), 'out-of-range'],
    ['a group without a head', patched(inGroup(bytes), 122, ...new Uint8Array(32)), 'not-canonical'],
    ['bundle version 0 of the sender', patched(bytes, 70, 0, 0, 0, 0), 'out-of-range'],
    ['place 0', patched(bytes, 81, 0), 'out-of-range'],
    ['place 2 after nothing', patched(bytes, 81, 2), 'not-canonical'],
    ['place 1 after something', patched(bytes, 82, 1), 'not-canonical'],
    ['a place beyond all counting', patched(bytes, 74, 0xff), 'out-of-range'],
    ['a group head', patched(bytes, 122, 1), 'not-canonical'],
    ['an epoch', patched(bytes, 161, 1), 'not-canonical'],
    ['a receipt in a chain', patched(fromHex(envelopes.receipt.bytes), 82, 1), 'not-canonical'],
    ['one reader', patched(bytes, 234, 1), 'out-of-range'],
    ['three readers', patched(bytes, 234, 3), 'out-of-range'],
    ['one reader twice', patched(bytes, wrapAt(1), ...first(0)), 'not-canonical'],
    [
      'readers in the other order',
      patched(patched(bytes, wrapAt(0), ...first(1)), wrapAt(1), ...first(0)),
      'not-canonical',
    ],
    ['a sender who cannot read it', patched(bytes, 38, ...new Uint8Array(16)), 'out-of-range'],
    ['bundle version 0 of a reader', patched(bytes, wrapAt(0) + 16, 0, 0, 0, 0), 'out-of-range'],
  ];
  for (const [what, changed, code] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusal(() => readEnvelope(changed))).toBe(code);
    });
  }

  it('[T-66] refuses content of a size that no honest client pads to', () => {
    for (const grown of [1, 16, 64, 127]) {
      const other = new Uint8Array([...bytes.subarray(0, -64), ...new Uint8Array(grown), ...bytes.subarray(-64)]);
      expect(refusal(() => readEnvelope(other))).toBe('not-canonical');
    }
    const next = new Uint8Array([...bytes.subarray(0, -64), ...new Uint8Array(128), ...bytes.subarray(-64)]);
    expect(() => readEnvelope(next)).not.toThrow();
  });
});

describe('padded sizes', () => {
  it('are 2^k and 3 x 2^k, from 256 bytes to what fits an envelope', () => {
    const sizes = Array.from({ length: 200_000 }, (_, length) => length).filter(isPaddedLength);
    expect(sizes.slice(0, 8)).toEqual([256, 384, 512, 768, 1_024, 1_536, 2_048, 3_072]);
    expect(sizes.at(-1)).toBe(196_608);
    expect(sizes.at(-1)! + ENVELOPE_OVERHEAD_BYTES).toBeLessThanOrEqual(ENVELOPE_MAX_BYTES);
    expect([paddedLength(0), paddedLength(256), paddedLength(257), paddedLength(1_025)]).toEqual([
      256, 256, 384, 1_536,
    ]);
  });
});

describe('the id of a direct conversation', () => {
  it('is the same from both sides, and the frozen one', () => {
    const [a, b] = [idFromHex(alice.userId), idFromHex(bob.userId)];
    expect(directConversationPreimage(a, b)).toEqual(directConversationPreimage(b, a));
    expect(toHex(sha256(directConversationPreimage(a, b))).slice(0, 32)).toBe(envelopes.conversationId);
  });
});
