import { createHash } from 'node:crypto';
import { asBytes32, type Bytes, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { growTree, hashedWith, leadsToRoot, TREE_PATH_MAX, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { patched } from './frozen.js';
import { refusal } from './refusal.js';

const sha256 = (preimage: Bytes): Bytes32 => asBytes32(new Uint8Array(createHash('sha256').update(preimage).digest()));
const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => Uint8Array.of(index, 1, 2));
const treeOf = (size: number) => hashedWith(growTree(leavesOf(size)), sha256);

/** MTH of RFC 9162 section 2.1.1, word for word. */
function rootByTheBook(leaves: readonly Uint8Array[]): Bytes32 {
  if (leaves.length === 1) return sha256(labelled('epoch-leaf', leaves[0]!));
  let half = 1;
  while (2 * half < leaves.length) half *= 2;
  return sha256(labelled('epoch-node', rootByTheBook(leaves.slice(0, half)), rootByTheBook(leaves.slice(half))));
}

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 33, 100, 255, 256];

describe('the tree over the wraps of an epoch', () => {
  it('has the root of RFC 9162', () => {
    for (const size of SIZES) expect(treeOf(size).root).toEqual(rootByTheBook(leavesOf(size)));
  });

  it('leads every leaf to the root by at most 8 hashes', () => {
    for (const size of SIZES) {
      const tree = treeOf(size);
      for (const [index, leaf] of leavesOf(size).entries()) {
        const path = treePath(tree, index);
        expect(path.length).toBeLessThanOrEqual(TREE_PATH_MAX);
        expect(hashedWith(leadsToRoot(leaf, { index, size, path, root: tree.root }), sha256)).toBe(true);
      }
    }
  });

  it('leads nothing else there: another leaf, place, size, path or root', () => {
    for (const size of [2, 3, 5, 8, 11]) {
      const tree = treeOf(size);
      for (const [index, leaf] of leavesOf(size).entries()) {
        const path = treePath(tree, index);
        const leads = (change: Partial<Parameters<typeof leadsToRoot>[1]>, other: Uint8Array = leaf) =>
          hashedWith(leadsToRoot(other, { index, size, path, root: tree.root, ...change }), sha256);
        expect(leads({}, patched(leaf, 0, 99))).toBe(false);
        for (let place = -1; place <= size; place++) if (place !== index) expect(leads({ index: place })).toBe(false);
        expect(leads({ path: path.slice(1) })).toBe(false);
        expect(leads({ path: [...path, tree.root] })).toBe(false);
        expect(leads({ root: sha256(tree.root) })).toBe(false);
        for (let which = 0; which < path.length; which++) {
          expect(leads({ path: path.with(which, sha256(path[which]!)) })).toBe(false);
        }
      }
    }
    expect(
      hashedWith(leadsToRoot(Uint8Array.of(0), { index: 0, size: 257, path: [], root: treeOf(1).root }), sha256),
    ).toBe(false);
  });

  it('takes a node for no leaf', () => {
    const tree = treeOf(4);
    const [left, right] = tree.levels[1]!;
    const node = Uint8Array.of(...tree.levels[0]![0]!, ...tree.levels[0]![1]!);
    expect(left).not.toEqual(sha256(labelled('epoch-leaf', node)));
    expect(hashedWith(leadsToRoot(node, { index: 0, size: 2, path: [right!], root: tree.root }), sha256)).toBe(false);
  });

  it('is refused for none or too many leaves, and gives no path outside of it', () => {
    expect(refusal(() => treeOf(0))).toBe('out-of-range');
    expect(refusal(() => treeOf(257))).toBe('out-of-range');
    for (const index of [-1, 3, 0.5]) expect(refusal(() => treePath(treeOf(3), index))).toBe('out-of-range');
  });
});
