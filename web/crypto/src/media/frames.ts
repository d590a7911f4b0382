import { type Bytes, concatBytes } from '@secureconnect/contracts/signed/bytes';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { Primitives } from '../primitives/primitives.js';
import type { FrameKey } from './frame-key.js';
import { ReplayWindow } from './replay-window.js';

/*
 * Frames of sound, sealed under DTLS-SRTP once more (PROTOCOL 9.4):
 *   u8 lowest byte of the epoch | u32 counter | AES-256-GCM(key, nonceBase xor counter, AAD = the five bytes before, frame)
 */

const HEAD_BYTES = 5;
const TAG_BYTES = 16;
/** What sealing adds to a frame. */
export const FRAME_OVERHEAD_BYTES = HEAD_BYTES + TAG_BYTES;
/** Longest frame that is sealed or opened: three Opus frames at their largest. */
export const FRAME_MAX_BYTES = 4_096;
const COUNTER_MAX = 0xffff_ffff;
/** Epochs whose frames may be on their way at once: several people come and go within an overlap. */
const KEYS_MAX = 8;

function nonceOf({ nonceBase }: FrameKey, counter: number): Bytes {
  const nonce = nonceBase.slice();
  const view = new DataView(nonce.buffer);
  view.setUint32(8, (view.getUint32(8) ^ counter) >>> 0);
  return nonce;
}

/** Seals what one link sends. It lives as long as the link: the counter of a key must never begin again. */
export class FrameSealer {
  #counter = 0;

  constructor(
    private readonly p: Primitives,
    private key: FrameKey,
  ) {}

  /**
   * From the next frame on, this key. Give the others a moment to receive its secret, half a second, before it is used.
   * @throws CryptoError `call-refused` for an epoch that is not newer
   */
  use(key: FrameKey): void {
    if (key.epoch <= this.key.epoch) throw new CryptoError('call-refused');
    this.key = key;
    this.#counter = 0;
  }

  /** @throws CryptoError `call-refused` for a frame over `FRAME_MAX_BYTES`, or when the key has sealed 2^32 */
  async seal(frame: Uint8Array): Promise<Bytes> {
    const { key } = this;
    const counter = this.#counter++;
    if (counter > COUNTER_MAX || frame.length > FRAME_MAX_BYTES) throw new CryptoError('call-refused');
    const head = new ByteWriter()
      .u8(key.epoch & 0xff)
      .u32(counter)
      .finish();
    return concatBytes(head, await this.p.aesGcmSeal(key.key, nonceOf(key, counter), head, new Uint8Array(frame)));
  }
}

/** Why a frame is not heard. Some are lost or late in every call; many `undecryptable` ones are an attack. */
export type FrameRefusal = 'malformed' | 'key-unknown' | 'replayed' | 'undecryptable';
export type OpenedFrame =
  { readonly ok: true; readonly frame: Bytes } | { readonly ok: false; readonly reason: FrameRefusal };

interface KnownKey {
  readonly key: FrameKey;
  readonly window: ReplayWindow;
  untilMs: number;
}

/** Opens what one link receives. */
export class FrameOpener {
  #keys: readonly KnownKey[] = [];

  /** @param overlapMs - how long frames of an epoch are still opened once a newer key is here */
  constructor(
    private readonly p: Primitives,
    private readonly overlapMs: number,
  ) {}

  /** Takes the key of a newer epoch. @throws CryptoError `call-refused` for an epoch that is not newer */
  accept(key: FrameKey, nowMs: number): void {
    const newest = this.#keys.at(-1);
    if (newest !== undefined && key.epoch <= newest.key.epoch) throw new CryptoError('call-refused');
    if (newest !== undefined) newest.untilMs = nowMs + this.overlapMs;
    const kept = this.#keys.filter(({ untilMs }) => nowMs < untilMs).slice(1 - KEYS_MAX);
    this.#keys = [...kept, { key, window: new ReplayWindow(), untilMs: Infinity }];
  }

  /** Opens a frame, or says why not: it is then left out. Never throws. @param nowMs - any clock that rises, the one of `accept` */
  async open(sealed: Uint8Array, nowMs: number): Promise<OpenedFrame> {
    if (sealed.length < FRAME_OVERHEAD_BYTES || sealed.length > FRAME_MAX_BYTES + FRAME_OVERHEAD_BYTES) {
      return { ok: false, reason: 'malformed' };
    }
    const head = new Uint8Array(sealed.subarray(0, HEAD_BYTES));
    const known = this.#keys.findLast(({ key, untilMs }) => (key.epoch & 0xff) === head[0] && nowMs < untilMs);
    if (known === undefined) return { ok: false, reason: 'key-unknown' };
    const counter = new DataView(head.buffer).getUint32(1);
    if (known.window.has(counter)) return { ok: false, reason: 'replayed' };
    let frame: Bytes;
    try {
      const ciphertext = new Uint8Array(sealed.subarray(HEAD_BYTES));
      frame = await this.p.aesGcmOpen(known.key.key, nonceOf(known.key, counter), head, ciphertext);
    } catch {
      return { ok: false, reason: 'undecryptable' };
    }
    // the same frame twice at once: both were new before, one of them is now
    return known.window.take(counter) ? { ok: true, frame } : { ok: false, reason: 'replayed' };
  }
}
