import { type Bytes, concatBytes, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { nativeClassic } from '@secureconnect/crypto/primitives/native-classic';

// RSAES-OAEP encryption with a seed of the caller's (RFC 8017 section 7.1.1), for frozen structures: Web Crypto takes no seed.

const HASH_BYTES = 32;
const MODULUS_BYTES = 256;

async function mgf1(seed: Bytes, length: number): Promise<Bytes> {
  const blocks: Bytes[] = [];
  for (let counter = 0; counter * HASH_BYTES < length; counter++) {
    blocks.push(await nativeClassic.sha256(concatBytes(seed, Uint8Array.of(0, 0, 0, counter))));
  }
  return concatBytes(...blocks).slice(0, length);
}

const xor = (left: Bytes, right: Bytes): Bytes => left.map((byte, index) => byte ^ right[index]!);
const toInteger = (bytes: Uint8Array) => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

function fromInteger(value: bigint): FixedBytes<256> {
  const bytes = new Uint8Array(MODULUS_BYTES);
  for (let index = MODULUS_BYTES - 1, rest = value; index >= 0; index--, rest >>= 8n)
    bytes[index] = Number(rest & 0xffn);
  return bytes as FixedBytes<256>;
}

/** `base` to the power of 65537. */
function publicPower(base: bigint, modulus: bigint): bigint {
  let power = base;
  for (let square = 0; square < 16; square++) power = (power * power) % modulus;
  return (power * base) % modulus;
}

export async function rsaOaepEncrypt(spki: Bytes, message: Bytes, seed: Bytes): Promise<FixedBytes<256>> {
  const labelHash = await nativeClassic.sha256(new Uint8Array(0));
  const padding = new Uint8Array(MODULUS_BYTES - message.length - 2 * HASH_BYTES - 2);
  const block = concatBytes(labelHash, padding, Uint8Array.of(1), message);
  const maskedBlock = xor(block, await mgf1(seed, block.length));
  const maskedSeed = xor(seed, await mgf1(maskedBlock, HASH_BYTES));
  const encoded = toInteger(concatBytes(Uint8Array.of(0), maskedSeed, maskedBlock));
  return fromInteger(publicPower(encoded, toInteger(spki.subarray(33, 33 + MODULUS_BYTES))));
}
