import { fromHex, toHex } from '../encoding.js';
import { asBytes16, type Bytes16 } from './bytes.js';

/** An id as it stands in JSON and SQL: 32 lowercase hex characters. */
export function idToHex(id: Bytes16): string {
  return toHex(id);
}

/** An id as it stands in binary structures. @throws EncodingError | SignedFormatError unless `text` is 32 lowercase hex characters. */
export function idFromHex(text: string): Bytes16 {
  return asBytes16(fromHex(text));
}
