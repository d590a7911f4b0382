import type * as choosing from '@secureconnect/crypto/primitives/choose';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { defencesOf } from './attack.js';

const choose = defencesOf<typeof choosing>('@secureconnect/crypto/primitives/choose');

/** The same cryptography with something changed, for everybody who loads it. */
const primitivesWith = (change: (real: Primitives) => Partial<Primitives>) =>
  choose.no('loadPrimitives', (real) => async () => {
    const primitives = await real();
    return { ...primitives, ...change(primitives) };
  });

/** Every Ed25519 signature counts as good. */
export const noSignature = primitivesWith(({ ed25519 }) => ({ ed25519: { ...ed25519, verify: async () => true } }));

/** Every Ed25519 signature counts as good, and nothing beside a ciphertext is bound to it. */
export const noSignatureAndNoBinding = primitivesWith((real) => ({
  ed25519: { ...real.ed25519, verify: async () => true },
  aesGcmSeal: (key, nonce, _associated, plaintext) => real.aesGcmSeal(key, nonce, new Uint8Array(0), plaintext),
  aesGcmOpen: (key, nonce, _associated, ciphertext) => real.aesGcmOpen(key, nonce, new Uint8Array(0), ciphertext),
}));

/** Every Ed25519 signature counts as good, and what is sealed opens to whatever it comes to, whether somebody has changed it or not. */
export const noSignatureAndNoTag = primitivesWith((real) => ({
  ed25519: { ...real.ed25519, verify: async () => true },
  aesGcmOpen: async (key, nonce, associated, ciphertext) => {
    const length = ciphertext.length - 16;
    // What zeros are sealed as is what everything else is mixed with.
    const stream = await real.aesGcmSeal(key, nonce, associated, new Uint8Array(length));
    return ciphertext.slice(0, length).map((byte, index) => byte ^ stream[index]!);
  },
}));
