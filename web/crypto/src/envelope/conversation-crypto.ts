import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import type { Inner } from './inner.js';
import type { Opened, Rejected } from './open.js';

/** `durable`: the account's history keys open it for ever. `ephemeral`: it means something for a moment (receipts, signals). */
export type Retention = 'durable' | 'ephemeral';

/**
 * A conversation as its user sees it, whatever suite and kind it is (PROTOCOL 10). `membershipChanged`, `rotate` and `exporter` come
 * with epochs, for conversations that have a shared secret to rotate and to export from: a direct one of suite 1 has none.
 */
export interface ConversationCrypto {
  readonly suite: 1 | 2;
  /** Takes the next place in this device's sequence and seals. @throws CryptoError */
  seal(inner: Inner, retention: Retention): Promise<Bytes>;
  open(envelope: Uint8Array): Promise<Opened | Rejected>;
}
