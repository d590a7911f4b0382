import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { receiptText, type LedgerReceipt, type ReceiptKey } from '@secureconnect/contracts/statements';

/** PKCS#8 of an Ed25519 key up to its 32-byte seed (RFC 8410, 10.3). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs where a user's account stands. */
export class Receipts {
  readonly #privateKey: KeyObject;
  readonly key: ReceiptKey;

  /** @param seed - of the Ed25519 key, 32 bytes */
  constructor(seed: Uint8Array) {
    const der = Buffer.concat([PKCS8_ED25519, seed]);
    this.#privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const { x } = createPublicKey(this.#privateKey).export({ format: 'jwk' });
    if (x === undefined) throw new Error('not an Ed25519 key');
    this.key = { publicKey: x };
  }

  sign(standing: Omit<LedgerReceipt, 'signature'>): LedgerReceipt {
    const signature = sign(null, Buffer.from(receiptText(standing), 'utf8'), this.#privateKey).toString('base64url');
    return { ...standing, signature };
  }
}
