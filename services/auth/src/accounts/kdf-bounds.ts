import { fromBase64Url } from '@secureconnect/contracts/encoding';
import { SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import {
  PBKDF2_MAX_ITERATIONS,
  PBKDF2_MIN_ITERATIONS,
  readKdfParams,
  type KdfParams,
} from '@secureconnect/contracts/signed/kdf-params';
import { Violation } from '@secureconnect/platform/problem/violation';

const ARGON_MIN_KIB = 65_536;
const ARGON_MAX_KIB = 1_048_576;

/** Reads parameters of a new account, within the bounds that clients check too (PROTOCOL 2). @throws Violation `invalid-request` */
export function admitKdfParams(text: string): KdfParams {
  const params = parse(text);
  const pbkdf2 = params.pbkdf2Iterations >= PBKDF2_MIN_ITERATIONS && params.pbkdf2Iterations <= PBKDF2_MAX_ITERATIONS;
  const argon =
    params.kdfId === 1 ||
    (params.argonKiB >= ARGON_MIN_KIB &&
      params.argonKiB <= ARGON_MAX_KIB &&
      params.argonPasses >= 1 &&
      params.argonLanes >= 1);
  if (!pbkdf2 || !argon) throw new Violation('invalid-request', { fields: ['kdfParams'] });
  return params;
}

function parse(text: string): KdfParams {
  try {
    return readKdfParams(fromBase64Url(text));
  } catch (error) {
    if (error instanceof SignedFormatError) throw new Violation('invalid-request', { fields: ['kdfParams'] });
    throw error;
  }
}
