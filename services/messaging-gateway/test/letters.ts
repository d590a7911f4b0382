import { createHash, randomBytes } from 'node:crypto';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { envelopeHash } from '../src/mailbox/admission.js';

/** A person with one device, as the gateway sees people. */
export interface Person {
  readonly userId: string;
  readonly deviceId: string;
}

export function person(): Person {
  return { userId: randomBytes(16).toString('hex'), deviceId: randomBytes(16).toString('hex') };
}

export function conversationOf(a: Person, b: Person): string {
  const preimage = directConversationPreimage(idFromHex(a.userId), idFromHex(b.userId));
  return createHash('sha256').update(preimage).digest('hex').slice(0, 32);
}

export interface Letter {
  readonly kind?: number;
  readonly messageId?: string;
  readonly senderSeq?: number;
  readonly previousHash?: Uint8Array;
  readonly conversationId?: string;
  readonly senderUser?: string;
  readonly senderDevice?: string;
  readonly readers?: readonly string[];
  readonly sentAtMs?: number;
  /** For a group: its id, the head of its log, its epoch. There are no wraps then. */
  readonly group?: { readonly id: string; readonly head: Uint8Array; readonly epoch: number };
  /** Bytes of the padded content: 256, 384, 512, 768... */
  readonly contentBytes?: number;
}

/** An envelope of the right form with noise where the sealed parts are: all that a server can check is in its place. */
export function letter(from: Person, to: Person, given: Letter = {}): Buffer {
  const senderSeq = given.senderSeq ?? 1;
  const readers = [...(given.readers ?? (given.group === undefined ? [from.userId, to.userId] : []))].sort();
  const id = (hex: string) => Buffer.from(hex, 'hex');
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const u64 = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  return Buffer.concat([
    Buffer.from('SCE1'),
    Buffer.from([1, given.kind ?? (given.group === undefined ? 1 : 2)]),
    id(given.conversationId ?? given.group?.id ?? conversationOf(from, to)),
    id(given.messageId ?? randomBytes(16).toString('hex')),
    id(given.senderUser ?? from.userId),
    id(given.senderDevice ?? from.deviceId),
    u32(1),
    u64(senderSeq),
    given.previousHash ?? Buffer.alloc(32),
    u64(given.sentAtMs ?? Date.now()),
    given.group?.head ?? Buffer.alloc(32),
    u64(given.group?.epoch ?? 0),
    randomBytes(32),
    u64(0),
    Buffer.alloc(32),
    Buffer.from([readers.length]),
    ...readers.map((reader) => Buffer.concat([id(reader), u32(1), randomBytes(256 + 1088 + 48)])),
    randomBytes(32),
    randomBytes(12 + (given.contentBytes ?? 256) + 16 + 64),
  ]);
}

/** Letters of one device in one conversation, each continuing the chain. */
export function* chainOfLetters(from: Person, to: Person): Generator<Buffer, never> {
  let senderSeq = 1;
  let previousHash: Uint8Array = Buffer.alloc(32);
  for (;;) {
    const envelope = letter(from, to, { senderSeq, previousHash });
    yield envelope;
    previousHash = envelopeHash(envelope);
    senderSeq++;
  }
}
