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
