import fc from 'fast-check';
import { addLink, contiguousUpTo, gapsOf, NO_HASH, type DeviceChain, type Link } from '../../src/sync/chain.js';

const hashOf = (n: number) => (n === 0 ? NO_HASH : n.toString(16).padStart(64, '0'));
const link = (senderSeq: number, position = senderSeq): Link => ({
  senderSeq,
  prevHash: hashOf(senderSeq - 1),
  hash: hashOf(senderSeq),
  position,
});

function chainOf(...links: Link[]): DeviceChain {
  let chain: DeviceChain = [];
  for (const next of links) {
    const added = addLink(chain, next);
    if (added.verdict !== 'linked') throw new Error(added.verdict);
    chain = added.chain;
  }
  return chain;
}

describe('the chain of a device', () => {
  it('becomes one run in whatever order its links arrive', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 20 }, (_, i) => i + 1),
          { minLength: 20 },
        ),
        (order) => {
          const chain = chainOf(...order.map((n) => link(n)));
          expect(chain).toEqual([
            { from: 1, to: 20, beforeHash: NO_HASH, lastHash: hashOf(20), fromPosition: 1, toPosition: 20 },
          ]);
        },
      ),
    );
  });

  it('knows a place that is taken', () => {
    expect(addLink(chainOf(link(1), link(2)), link(2)).verdict).toBe('known');
  });

  it.each([
    ['does not continue the link before it', { ...link(3), prevHash: hashOf(77) }],
    ['is not what the link after it continues', { ...link(5), hash: hashOf(77) }],
    ['is first and has something before it', { ...link(1), prevHash: hashOf(77) }],
    ['has nothing before it and is not first', { ...link(9), prevHash: NO_HASH }],
    ['has no place', { ...link(1), senderSeq: 0 }],
  ])('breaks at a link that %s', (_, bad) => {
    expect(addLink(chainOf(link(2), link(6)), bad).verdict).toBe('broken');
  });

  it('breaks where a device goes back to an older epoch of its group [T-71], and nowhere else', () => {
    const under = (n: number, epoch: number) => ({ ...link(n), epoch });
    const chain = chainOf(under(3, 5), under(7, 8), under(8, 9));
    for (const back of [under(4, 4), under(6, 9), under(9, 8), under(2, 6)])
      expect(addLink(chain, back).verdict).toBe('broken');
    for (const on of [under(4, 5), under(6, 8), under(9, 9), under(2, 4), link(4)])
      expect(addLink(chain, on).verdict).toBe('linked');
  });
});

describe('gaps', () => {
  const chain = chainOf(link(4, 10), link(5, 12), link(8, 15));

  it('are sure where everything around them is here', () => {
    expect(gapsOf(chain, [[10, 15]])).toEqual([
      { beforePosition: 15, afterPosition: 12, beforeSenderSeq: 8, count: 2 },
    ]);
  });

  it('are not sure while pages are still to come', () => {
    expect(
      gapsOf(chain, [
        [10, 12],
        [15, 15],
      ]),
    ).toEqual([]);
  });

  it('show at the beginning once the first position is here', () => {
    expect(gapsOf(chain, [[1, 15]])).toEqual([
      { beforePosition: 10, afterPosition: 0, beforeSenderSeq: 4, count: 3 },
      { beforePosition: 15, afterPosition: 12, beforeSenderSeq: 8, count: 2 },
    ]);
  });

  it('close when the missing links arrive', () => {
    expect(gapsOf(chainOf(link(4, 10), link(5, 12), link(8, 15), link(6, 13), link(7, 14)), [[10, 15]])).toEqual([]);
  });

  it('are found for every set of dropped links', () => {
    const all = Array.from({ length: 15 }, (_, i) => i + 1);
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1 }), (kept) => {
        // A server that drops and renumbers: positions without a hole.
        const chain = chainOf(...kept.map((n, index) => link(n, index + 1)));
        const missing = gapsOf(chain, [[1, kept.length]]).reduce((sum, { count }) => sum + count, 0);
        expect(missing).toBe(kept.at(-1)! - kept.length);
        const firstMissing = all.find((n) => !kept.includes(n)) ?? 16;
        expect(contiguousUpTo(chain, [[1, kept.length]])).toBe(Math.min(firstMissing - 1, kept.at(-1)!));
      }),
    );
  });
});

describe('what was delivered without a gap', () => {
  it('counts from the oldest that is here, on a device that has only the newest page', () => {
    expect(contiguousUpTo(chainOf(link(40, 90), link(41, 91)), [[90, 91]])).toBe(41);
  });

  it('stops before a gap', () => {
    expect(contiguousUpTo(chainOf(link(1), link(2), link(4)), [[1, 4]])).toBe(2);
  });

  it('is nothing where the beginning is missing, or where nothing is', () => {
    expect(contiguousUpTo(chainOf(link(3, 1)), [[1, 1]])).toBe(0);
    expect(contiguousUpTo([], [[1, 1]])).toBe(0);
  });
});
