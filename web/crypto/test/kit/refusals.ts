import { CryptoError } from '@secureconnect/crypto/crypto-error';

/** The code with which `work` is refused; fails the test when it is not, or when anything but a CryptoError comes out. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
  throw new Error('was not refused');
}
