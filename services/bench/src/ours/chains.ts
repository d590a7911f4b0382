import { closeSync, openSync, writeSync } from 'node:fs';
import { asBytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { numberMessageId } from '../load/frames.js';
import type { Person } from './people.js';

/** A text whose content is padded to 1,024 bytes. */
export const BODY = 'The quick brown fox jumps over the lazy dog. '.repeat(22).slice(0, 960);

/** Where a device's chain stands: the number of its newest envelope, and its hash. */
interface ChainHead {
  readonly senderSeq: number;
  readonly hash: Bytes32;
}

/**
 * Seals a trial's messages before its clock runs, each seat's as the continuation of its chain. What was refused in a trial never
 * became part of the chain, so each seat goes on after what was accepted.
 */
export class Chains {
  readonly #p: Primitives;
  readonly #people: readonly Person[];
  #heads: ChainHead[];
  /** Of the trial that was sealed last: each seat's heads after 0, 1, 2... messages. */
  #sealed: ChainHead[][] = [];

  /** @param people - 2n and 2n+1 are a pair */
  constructor(p: Primitives, people: readonly Person[]) {
    this.#p = p;
    this.#people = people;
    this.#heads = people.map(() => ({ senderSeq: 0, hash: new Uint8Array(32) as Bytes32 }));
  }

  /** Writes `count` envelopes one after the other, message i by seat i % seats. @returns bytes of each, which are all alike */
  async seal(file: string, count: number): Promise<number> {
    this.#sealed = this.#heads.map((head) => [head]);
    const fd = openSync(file, 'w');
    try {
      const sizes = await Promise.all(this.#people.map((_, seat) => this.#sealSeat(fd, seat, count)));
      return Math.max(...sizes);
    } finally {
      closeSync(fd);
    }
  }

  /** @param accepted - messages of the sealed trial that were accepted, by seat: the first ones, as later ones need them */
  advance(accepted: readonly number[]): void {
    this.#heads = this.#sealed.map((heads, seat) => heads[accepted[seat]!]!);
  }

  async #sealSeat(fd: number, seat: number, count: number): Promise<number> {
    const sender = this.#people[seat]!;
    const recipients = [sender.recipient, this.#people[seat ^ 1]!.recipient] as const;
    const heads = this.#sealed[seat]!;
    let frameBytes = 0;
    for (let index = seat; index < count; index += this.#people.length) {
      const messageId = asBytes16(this.#p.randomBytes(16));
      numberMessageId(messageId, index);
      const { senderSeq, hash } = heads.at(-1)!;
      const { bytes, hash: next } = await sealEnvelope(this.#p, {
        sender: sender.device,
        recipients,
        messageId,
        senderSeq: senderSeq + 1,
        previousHash: hash,
        sentAtMs: Date.now(),
        inner: { t: 'text', body: BODY },
      });
      heads.push({ senderSeq: senderSeq + 1, hash: next });
      frameBytes = bytes.length;
      writeSync(fd, bytes, 0, bytes.length, index * bytes.length);
    }
    return frameBytes;
  }
}
