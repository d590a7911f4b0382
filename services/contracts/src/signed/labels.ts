import { type Bytes, concatBytes } from './bytes.js';

/** Every use of a hash, MAC, signature or key derivation has its own word (PROTOCOL 1.3); no two uses can be taken for each other. */
export type Label =
  | 'ack'
  | 'auth'
  | 'bundle'
  | 'bundle-hash'
  | 'call-frame-key'
  | 'call-frame-nonce'
  | 'call-nonce'
  | 'call-roster'
  | 'call-roster-hash'
  | 'call-words'
  | 'commit'
  | 'device-cert'
  | 'direct-conversation'
  | 'enc'
  | 'envelope'
  | 'envelope-body'
  | 'envelope-hash'
  | 'envelope-head'
  | 'epoch'
  | 'epoch-code'
  | 'epoch-commit'
  | 'epoch-hash'
  | 'epoch-info'
  | 'epoch-leaf'
  | 'epoch-node'
  | 'epoch-wrap'
  | 'gmsg'
  | 'group-entry'
  | 'group-entry-hash'
  | 'group-id'
  | 'group-name'
  | 'group-name-key'
  | 'item'
  | 'item-id'
  | 'kdf-params'
  | 'kek'
  | 'kem'
  | 'kem-key'
  | 'pin'
  | 'pw-salt'
  | 'recovery-auth'
  | 'recovery-check'
  | 'recovery-kek'
  | 'revocation'
  | 'rsa-key'
  | 'safety-number'
  | 'slot'
  | 'username'
  | 'vault-head'
  | 'vault-header'
  | 'vault-item'
  | 'vault-items'
  | 'vault-kek'
  | 'vault-pre';

const LABELS = new Map<Label, Bytes>();

/** L(x) of PROTOCOL 1.3: ASCII "SecureConnect/1 " || x || 0x00. */
export function label(name: Label): Bytes {
  let bytes = LABELS.get(name);
  if (bytes === undefined) {
    bytes = Uint8Array.from(`SecureConnect/1 ${name}\0`, (character) => character.charCodeAt(0));
    LABELS.set(name, bytes);
  }
  return bytes;
}

/** L(name) || parts: what is hashed, signed or authenticated under that name. */
export function labelled(name: Label, ...parts: readonly Uint8Array[]): Bytes {
  return concatBytes(label(name), ...parts);
}
