import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { sealGroupSignal } from '@secureconnect/crypto/envelope/seal';
import { callWords, commitToNonce } from '@secureconnect/crypto/media/call-words';
import { deriveFrameKey } from '@secureconnect/crypto/media/frame-key';
import { FrameSealer } from '@secureconnect/crypto/media/frames';
import { signRoster } from '@secureconnect/crypto/media/roster';
import { deterministicPrimitives } from '../kit/deterministic.js';
import { hex } from '../kit/hex.js';
import { makePerson, sealInput } from '../kit/people.js';

/** Alice and Bob talk, Bob goes: every structure of a call once. Frozen like `scenario.ts`. */
export async function playCalls() {
  const { primitives: p, useRsaKey } = await deterministicPrimitives('SecureConnect golden structures, calls');
  useRsaKey(0);
  const alice = await makePerson(p, 'alice');
  useRsaKey(1);
  const bob = await makePerson(p, 'bobby');
  const [callId, conversationId] = [p.randomBytes(16) as Bytes16, p.randomBytes(16) as Bytes16];
  const [asking, answering] = [alice, bob].map((person) => ({
    userId: person.userId,
    deviceId: person.device.deviceId,
    pin: person.identity.pin,
    fingerprint: p.randomBytes(32) as Bytes32,
    nonce: p.randomBytes(32) as Bytes32,
  })) as [Parameters<typeof callWords>[1]['asking'], Parameters<typeof callWords>[1]['answering']];
  const device = { userId: alice.userId, deviceId: alice.device.deviceId, signer: alice.device.signer };
  const sign = { device, callId, conversationId };
  const roster = await signRoster(p, { ...sign, members: [asking, answering], previous: null });
  const alone = await signRoster(p, { ...sign, members: [asking], previous: roster });
  const secret = p.randomBytes(32) as Bytes32;
  const key = await deriveFrameKey(p, {
    ...{ callId, conversationId, secret, rosterHash: roster.hash, epoch: roster.roster.epoch },
    ...{ senderUser: asking.userId, senderDevice: asking.deviceId },
    ...{ receiverUser: answering.userId, receiverDevice: answering.deviceId },
  });
  const sealer = new FrameSealer(p, key);
  const inner = { t: 'signal', callId, data: '{"t":"leave"}' } as const;
  const parts = {
    callId,
    conversationId,
    alice: { bundle: alice.bundle, deviceCert: alice.device.cert },
    asking,
    answering,
    commitment: await commitToNonce(p, { ...asking, callId }),
    words: (await callWords(p, { callId, conversationId, asking, answering })).words.join(' '),
    rosters: [roster, alone].map((signed) => ({ bytes: signed.roster.bytes, hash: signed.hash })),
    secret,
    nonceBase: key.nonceBase,
    frames: {
      first: await sealer.seal(new TextEncoder().encode('one')),
      second: await sealer.seal(new TextEncoder().encode('two')),
    },
    groupSignal: await sealGroupSignal(p, { ...sealInput(p, bob, alice, { inner }), groupId: conversationId }),
  };
  const text = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? hex(value) : value);
  return JSON.parse(JSON.stringify(parts, text)) as object;
}
