import { type SignedFormatCode, SignedFormatError } from '@secureconnect/contracts/signed/bytes';

/** The code with which `read` refuses; fails the test when it does not, or when anything else comes out. */
export function refusal(read: () => unknown): SignedFormatCode {
  try {
    read();
  } catch (error) {
    if (error instanceof SignedFormatError) return error.code;
    throw error;
  }
  throw new Error('was not refused');
}
