import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import type { GroupState } from '@secureconnect/contracts/signed/group-rules';
import { label, labelled } from '@secureconnect/contracts/signed/labels';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { equalBytes } from '../encoding/equal.js';
import { pad, unpad } from '../encoding/padding.js';
import { fromUtf8, isWellFormed, toUtf8 } from '../encoding/text.js';
import { hkdfExpand32 } from '../hazmat/hkdf-steps.js';
import type { HkdfKey, Primitives } from '../primitives/primitives.js';

declare const secret: unique symbol;
/** Opens one name of a group. Whoever opens an epoch finds the newest one's in it. */
export type NameKey = Bytes32 & { readonly [secret]: 'group-name' };

/** Longest name of a group in UTF-16 units. */
export const GROUP_NAME_MAX_LENGTH = 100;

/** The entry that carries a name. */
export interface NamePlace {
  readonly groupId: Bytes16;
  readonly seq: number;
  readonly previousHash: Bytes32;
}

/** AAD of a name (PROTOCOL 6.6): one place of one log. */
function nameAssociated({ groupId, seq, previousHash }: NamePlace): Bytes {
  return labelled('group-name', new ByteWriter().raw(groupId).u64(seq).raw(previousHash).finish());
}

const isName = (name: string) =>
  name.length >= 1 && name.length <= GROUP_NAME_MAX_LENGTH && isWellFormed(name) && !/\p{Cc}/u.test(name);

/** The key of a name that is written under an epoch (PROTOCOL 6.6): every member of the epoch has it. */
export async function nameKeyOf(
  p: Primitives,
  epochKey: HkdfKey,
  place: { readonly groupId: Bytes16; readonly epoch: number; readonly seq: number },
): Promise<NameKey> {
  const info = labelled('group-name-key', new ByteWriter().u64(place.epoch).u64(place.seq).finish());
  return (await p.hkdf(epochKey, place.groupId, info, 32)) as NameKey;
}

/** commit[32] | nonce[12] | ciphertext. @throws CryptoError `content-invalid` unless it is 1 to 100 well-formed characters without controls */
export async function sealGroupName(p: Primitives, key: NameKey, place: NamePlace, name: string): Promise<Bytes> {
  if (!isName(name)) throw new CryptoError('content-invalid');
  const nonce = p.randomBytes(12);
  const aes = await p.importAes(await hkdfExpand32(p, key, label('enc')));
  const ciphertext = await p.aesGcmSeal(aes, nonce, nameAssociated(place), pad(toUtf8(name)));
  return concatBytes(await hkdfExpand32(p, key, label('commit')), nonce, ciphertext);
}

/** The group's name; null where the key is another one's or what it opens is no name: shown as a group without a name. */
export async function openGroupName(p: Primitives, group: GroupState, key: NameKey): Promise<string | null> {
  const { seq, previousHash, sealed } = group.name;
  try {
    if (!equalBytes(await hkdfExpand32(p, key, label('commit')), sealed.subarray(0, 32))) return null;
    const aes = await p.importAes(await hkdfExpand32(p, key, label('enc')));
    const associated = nameAssociated({ groupId: group.groupId, seq, previousHash });
    const padded = await p.aesGcmOpen(aes, sealed.slice(32, 44), associated, sealed.slice(44));
    const name = fromUtf8(unpad(padded));
    return isName(name) ? name : null;
  } catch {
    return null;
  }
}
