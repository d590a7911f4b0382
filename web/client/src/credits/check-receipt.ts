import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { receiptText, type LedgerReceipt } from '@secureconnect/contracts/statements';
import type { Bytes32 } from '@secureconnect/contracts/signed/bytes';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';

/**
 * Whether a receipt is about this user and signed with this key.
 * @param publicKey - Ed25519, 32 bytes as base64url
 */
export async function checkReceipt(
  { ed25519 }: Pick<Primitives, 'ed25519'>,
  userId: UserId,
  publicKey: string,
  receipt: LedgerReceipt,
): Promise<boolean> {
  if (receipt.userId !== userId) return false;
  try {
    const verifier = await ed25519.importPublic(fromBase64Url(publicKey) as Bytes32);
    const text = new TextEncoder().encode(receiptText(receipt));
    return await ed25519.verify(verifier, fromBase64Url(receipt.signature), text);
  } catch {
    // No point of the curve: nothing was signed with it.
    return false;
  }
}
