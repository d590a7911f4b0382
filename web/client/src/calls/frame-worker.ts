import { CALL_TIMES } from '@secureconnect/contracts/call-states';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import type { FrameKey } from '@secureconnect/crypto/media/frame-key';
import { FrameOpener, FrameSealer } from '@secureconnect/crypto/media/frames';
import { nativePrimitives } from '@secureconnect/crypto/primitives/native';
import type { FrameOrder } from './frame-orders.js';

/** A frame as RTCRtpScriptTransformer gives it. */
export interface EncodedFrame {
  data: ArrayBuffer;
}

/** One link's two directions. Before its key is here, nothing is sent and nothing is heard. */
interface LinkFrames {
  sealer: FrameSealer | null;
  readonly opener: FrameOpener;
}

/**
 * Seals and opens the frames of all links of a page, in a Worker of its own, with the AES-GCM that every browser has. Keys come over a port
 * from the messenger's Worker.
 */
export class FrameWorker {
  readonly #nowMs: () => number;
  readonly #links = new Map<string, LinkFrames>();

  /** @param nowMs - a clock that rises */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** An order of the messenger; a key that is not newer than the one in use changes nothing. */
  take(order: FrameOrder): void {
    if (order.side === 'gone') this.#links.delete(order.linkId);
    else this.#use(this.#linkOf(order.linkId), order.side, order.key);
  }

  /** @returns null for a frame that is left out */
  async seal(linkId: string, frame: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
    const sealed = await this.#linkOf(linkId).sealer?.seal(frame).catch(ignoreRefused);
    return sealed ?? null;
  }

  /** @returns null for a frame that is not theirs, was heard already, or has no key here */
  async open(linkId: string, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
    const opened = await this.#linkOf(linkId).opener.open(sealed, this.#nowMs());
    return opened.ok ? opened.frame : null;
  }

  #use(link: LinkFrames, side: 'send' | 'receive', key: FrameKey): void {
    try {
      if (side === 'receive') link.opener.accept(key, this.#nowMs());
      else if (link.sealer === null) link.sealer = new FrameSealer(nativePrimitives, key);
      else link.sealer.use(key);
    } catch (error) {
      ignoreRefused(error);
    }
  }

  #linkOf(linkId: string): LinkFrames {
    let link = this.#links.get(linkId);
    if (link === undefined) {
      link = { sealer: null, opener: new FrameOpener(nativePrimitives, CALL_TIMES.keyOverlapMs) };
      this.#links.set(linkId, link);
    }
    return link;
  }
}

function ignoreRefused(error: unknown): null {
  if (error instanceof CryptoError) return null;
  throw error;
}
