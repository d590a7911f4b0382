/** Stable codes of everything that this package refuses. An opened envelope's refusals are in `envelope/open.ts`. */
export type CryptoErrorCode =
  /** Not a username of the wire, even after NFKC and lowercasing. */
  | 'username-invalid'
  /** Empty, over 1,024 characters, or not well-formed Unicode. */
  | 'password-invalid'
  /** Key derivation weaker or stranger than this product allows; refused before any derivation (PROTOCOL 2.4). */
  | 'kdf-refused'
  /** Key derivation of a later version (kdfId 2). */
  | 'kdf-unsupported'
  /** Weaker key derivation than this device has seen for the account. */
  | 'kdf-lowered'
  /** Not a recovery key: a slip of the pen or of the eye, found before anything is asked of the server. */
  | 'recovery-key-mistyped'
  /** A bundle that does not verify, is another user's, or does not follow the one before. */
  | 'identity-refused'
  /** A bundle outside of its own time. */
  | 'bundle-expired'
  /** The published identity is not that of the opened vault. */
  | 'identity-mismatch'
  /** A device certificate or revocation that does not verify or is another user's. */
  | 'device-refused'
  /** The vault does not open, for whatever reason: one code for all of them. */
  | 'vault-refused'
  /** The vault is older than one that this device has seen, or another one of the same number. */
  | 'vault-rolled-back'
  /** The vault would outgrow its caps. */
  | 'vault-full'
  /** Content that no reader would accept: too long, not well-formed Unicode, out of its bounds. */
  | 'content-invalid'
  /** Sealing for readers or in a place that the protocol does not allow. */
  | 'seal-refused'
  /** A group entry or epoch that the rules of the group do not allow this account to make. */
  | 'group-refused'
  /** The group's log has moved on since its newest epoch, or there is none: rotate first. */
  | 'epoch-stale'
  /** Something of a call that does not verify, is of another call, or is not the next: a roster, a key, a frame. */
  | 'call-refused'
  /** This suite cannot give what was asked for, and does not pretend to. */
  | 'unsupported';

/** Thrown by this package. Carries a code and nothing of keys or content; what caused it stays inside on purpose. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  constructor(readonly code: CryptoErrorCode) {
    super(code);
  }
}

/** Runs `work`; whatever it throws becomes a CryptoError of this one code, so that no reason leaks by the kind of error. */
export async function refusingAs<T>(code: CryptoErrorCode, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CryptoError && error.code !== code) throw error;
    throw new CryptoError(code);
  }
}
