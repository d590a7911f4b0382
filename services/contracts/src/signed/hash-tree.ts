import { type Bytes, type Bytes32, sameBytes, SignedFormatError } from './bytes.js';
import { labelled } from './labels.js';

/*
 * The Merkle tree of RFC 9162 section 2.1 over an epoch's wraps. Hashing is the caller's: a computation here yields the preimages
 * that it wants hashed with SHA-256 and is given the hashes, so that client (asynchronous) and server (synchronous) run one rule.
 */

/** Yields lists of preimages, takes the list of their SHA-256 hashes. */
export type Hashing<T> = Generator<readonly Bytes[], T, readonly Bytes32[]>;

/** Leaves of one tree; a path has at most 8 hashes. */
export const TREE_LEAVES_MAX = 256;
export const TREE_PATH_MAX = 8;

/** A whole tree: level 0 holds the leaves' hashes, the last one the root alone. */
export interface HashTree {
  readonly levels: readonly (readonly Bytes32[])[];
  readonly root: Bytes32;
}

const leafPreimage = (leaf: Uint8Array) => labelled('epoch-leaf', leaf);
const nodePreimage = (left: Bytes32, right: Bytes32) => labelled('epoch-node', left, right);

/** Runs a computation with a hash function that answers at once. */
export function hashedWith<T>(computation: Hashing<T>, sha256: (preimage: Bytes) => Bytes32): T {
  let step = computation.next();
  while (step.done !== true) step = computation.next(step.value.map(sha256));
  return step.value;
}

/** The tree over `leaves`: neighbours pair up level by level, one without a neighbour moves up as it is. @throws SignedFormatError `out-of-range` for none or more than 256 */
export function* growTree(leaves: readonly Uint8Array[]): Hashing<HashTree> {
  if (leaves.length === 0 || leaves.length > TREE_LEAVES_MAX) throw new SignedFormatError('out-of-range');
  let level: readonly Bytes32[] = yield leaves.map(leafPreimage);
  const levels = [level];
  while (level.length > 1) {
    const below = level;
    const pairs = below.length >> 1;
    const hashed: readonly Bytes32[] = yield Array.from({ length: pairs }, (_, pair) =>
      nodePreimage(below[2 * pair]!, below[2 * pair + 1]!),
    );
    level = below.length % 2 === 0 ? hashed : [...hashed, below.at(-1)!];
    levels.push(level);
  }
  return { levels, root: level[0]! };
}

/** The hashes beside the way from leaf `index` up to the root, lowest first. @throws SignedFormatError `out-of-range` */
export function treePath(tree: HashTree, index: number): readonly Bytes32[] {
  if (!Number.isInteger(index) || index < 0 || index >= tree.levels[0]!.length)
    throw new SignedFormatError('out-of-range');
  return tree.levels.slice(0, -1).flatMap((level, height) => level[(index >> height) ^ 1] ?? []);
}

/** Whether `leaf` is leaf `index` of the tree with `size` leaves and this root. Any other number of hashes than the place wants is no. */
export function* leadsToRoot(
  leaf: Uint8Array,
  place: { readonly index: number; readonly size: number; readonly path: readonly Bytes32[]; readonly root: Bytes32 },
): Hashing<boolean> {
  const { index, size, path, root } = place;
  if (!Number.isInteger(index) || !Number.isInteger(size) || index < 0 || index >= size || size > TREE_LEAVES_MAX)
    return false;
  let [hash] = yield [leafPreimage(leaf)];
  let used = 0;
  for (let at = index, width = size; width > 1; at >>= 1, width = (width + 1) >> 1) {
    if (at === width - 1 && width % 2 === 1) continue;
    const beside = path[used++];
    if (beside === undefined) return false;
    [hash] = yield [at % 2 === 0 ? nodePreimage(hash!, beside) : nodePreimage(beside, hash!)];
  }
  return used === path.length && sameBytes(hash!, root);
}
