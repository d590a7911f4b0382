import { type Bytes, type Bytes16, compareBytes } from './bytes.js';
import { labelled } from './labels.js';

/**
 * The first 16 bytes of the SHA-256 of this are the id of the direct conversation of users `a` and `b` (PROTOCOL 5.2), in whichever
 * order they are given: both sides and the server compute the same, so none of them can be told another.
 */
export function directConversationPreimage(a: Bytes16, b: Bytes16): Bytes {
  const [lower, higher] = compareBytes(a, b) <= 0 ? [a, b] : [b, a];
  return labelled('direct-conversation', lower, higher);
}
