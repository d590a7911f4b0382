import { randomBytes } from 'node:crypto';
import type { ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { BOB, ALICE, ALICE_AND_BOB, ALICE_LAPTOP } from './people.js';

export interface SignalParts {
  readonly kind: number;
  readonly suite: number;
  readonly magic: string;
  readonly conversationId: ConversationId;
  readonly senderUser: UserId;
  readonly senderDevice: DeviceId;
  readonly senderSeq: bigint;
  readonly sentAtMs: number;
  readonly readers: readonly UserId[];
  /** Bytes of padded content. */
  readonly contentBytes: number;
}

/**
 * An envelope (PROTOCOL 5) in form alone: wraps, content and signature are random bytes. A server cannot tell the difference, and
 * must not need to.
 */
export function sealedSignal(given: Partial<SignalParts> = {}): Buffer {
  const parts: SignalParts = {
    kind: 5,
    suite: 1,
    magic: 'SCE1',
    conversationId: ALICE_AND_BOB,
    senderUser: ALICE,
    senderDevice: ALICE_LAPTOP,
    senderSeq: 1n,
    sentAtMs: Date.now(),
    readers: [ALICE, BOB],
    contentBytes: 256,
    ...given,
  };
  const header = Buffer.concat([
    Buffer.from(parts.magic),
    Buffer.of(parts.suite, parts.kind),
    hex(parts.conversationId),
    randomBytes(16),
    hex(parts.senderUser),
    hex(parts.senderDevice),
    u32(1),
    u64(parts.senderSeq),
    Buffer.alloc(32),
    u64(BigInt(parts.sentAtMs)),
    Buffer.alloc(32 + 8 + 32 + 8 + 32),
  ]);
  const wraps = [...parts.readers]
    .sort()
    .map((reader) => Buffer.concat([hex(reader), u32(1), randomBytes(256 + 1_088 + 48)]));
  const sealed = randomBytes(32 + 12 + parts.contentBytes + 16 + 64);
  return Buffer.concat([header, Buffer.of(wraps.length), ...wraps, sealed]);
}

function hex(id: string): Buffer {
  return Buffer.from(id, 'hex');
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
