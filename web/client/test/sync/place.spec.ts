import fc from 'fast-check';
import type { MessageId } from '@secureconnect/contracts/ids';
import { inChainOrder, missingMarks, viewOf } from '../../src/conversations/views.js';
import { placeKey, placeMessages, type Judged, type Placed, type Taken } from '../../src/sync/place.js';
import {
  ALICE,
  ALICE_LAPTOP,
  at,
  BOB,
  BOB_LAPTOP,
  emptyConversation,
  hashOf,
  NOTHING_TAKEN,
  verified,
} from './records.js';

const place = (
  judged: readonly Judged[],
  passedOver: readonly number[] = [],
  taken: Taken = NOTHING_TAKEN,
  conversation = emptyConversation(),
) => placeMessages(conversation, judged, passedOver, taken, BOB);

const VIEWER = { selfId: BOB, showsRead: true, hidesOthers: false };

/** What bob sees, in words. */
function shown({ conversation, messages }: Placed): string[] {
  const marks = missingMarks(conversation);
  return inChainOrder([...messages].map(([position, record]) => ({ position, record }))).flatMap((entry) => {
    const before = marks
      .filter(({ seq }) => seq === entry.position)
      .map(({ content }) => `[${content.kind === 'missing' ? content.count : '?'} missing]`);
    const view = viewOf(conversation, entry, VIEWER);
    return [...before, ...(view ? [view.content.kind === 'text' ? view.content.body : `[${view.content.kind}]`] : [])];
  });
}

const unverifiable = (n: number): Judged['record'] => ({
  kind: 'unverifiable',
  acceptedAtMs: n,
  hash: hashOf(ALICE_LAPTOP, n, 'ff'),
  reason: 'signature',
  sender: ALICE,
  envelope: 'AAAA',
});

describe('placing messages', () => {
  it('counts what is new from the peer as unread, and nothing of one’s own', () => {
    const placed = place([at(1, verified(1)), at(2, verified(1, { device: BOB_LAPTOP })), at(3, verified(2))]);
    expect(placed.conversation).toMatchObject({
      unreadAt: [
        [1, 1],
        [3, 3],
      ],
      lastSeq: 3,
      coverage: [[1, 3]],
      lastAtMs: 2_000,
    });
    expect(
      place([at(1, verified(1))], [], NOTHING_TAKEN, emptyConversation({ readUpTo: 1 })).conversation.unreadAt,
    ).toEqual([]);
  });

  it('leaves alone what is here already', () => {
    const first = place([at(1, verified(1))]);
    const again = place([at(1, verified(2))], [], NOTHING_TAKEN, first.conversation);
    expect(again.messages.size).toBe(0);
    expect(again.conversation).toEqual(first.conversation);
  });

  it('[T-42] shows an envelope once, at its first place, whichever of the two comes first', () => {
    const both = place([at(1, verified(1)), at(2, verified(2)), at(3, verified(1))]);
    expect(shown(both)).toEqual(['message 1', 'message 2']);
    expect(both.replays).toBe(1);
    // The replay stands in the newest page, the message itself in an older one that is fetched later.
    const taken: Taken = {
      places: new Map([[placeKey(ALICE_LAPTOP, 1), { hash: hashOf(ALICE_LAPTOP, 1), position: 9 }]]),
      ids: new Map(),
    };
    const later = place([at(3, verified(1))], [], taken);
    expect(later.messages.get(9)).toMatchObject({ kind: 'replayed' });
    expect(later.messages.get(3)).toMatchObject({ kind: 'message' });
    expect(later.places.get(placeKey(ALICE_LAPTOP, 1))).toMatchObject({ position: 3 });
  });

  it.each<[string, Judged[]]>([
    [
      'another envelope at a place that is taken',
      [at(1, verified(1)), at(2, verified(1, { hash: hashOf(ALICE_LAPTOP, 1, 'f') }))],
    ],
    ['a message id that is taken', [at(1, verified(1)), at(2, verified(2, { messageId: verified(1).messageId }))]],
    ['a device of another user', [at(1, verified(1)), at(2, verified(2, { sender: BOB }))]],
    [
      'a place that does not continue the chain',
      [at(1, verified(1)), at(2, verified(2, { prevHash: hashOf(ALICE_LAPTOP, 7) }))],
    ],
    ['what did not verify', [at(1, verified(1)), at(2, unverifiable(2))]],
  ])('shows %s as one unverifiable entry, never as a message of one’s own', (_, judged) => {
    const placed = place(judged);
    expect(shown(placed)).toEqual(['message 1', '[unverifiable]']);
    expect(placed.messages.get(2)).toMatchObject({ kind: 'unverifiable', sender: ALICE });
    expect(placed.conversation.odd).toEqual([2]);
  });

  it('[T-46] marks what is missing, and not twice what shows otherwise', () => {
    expect(shown(place([at(1, verified(1)), at(2, verified(4))]))).toEqual(['message 1', '[2 missing]', 'message 4']);
    expect(shown(place([at(1, verified(1)), at(2, unverifiable(2)), at(3, verified(3))]))).toEqual([
      'message 1',
      '[unverifiable]',
      'message 3',
    ]);
    expect(shown(place([at(1, verified(1)), at(3, verified(3))], [2]))).toEqual([
      'message 1',
      '[missing]',
      'message 3',
    ]);
    expect(shown(place([at(1, verified(3))]))).toEqual(['[2 missing]', 'message 3']);
    expect(shown(place([at(5, verified(3))]))).toEqual(['message 3']);
  });

  it('[T-45] shows a device’s messages in the order in which it signed them, whatever the server’s order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 }), (order) => {
        const placed = place(order.map((n, index) => at(index + 1, verified(n))));
        expect(shown(placed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `message ${n}`));
      }),
    );
  });

  it('comes to the same whether a history arrives at once or page by page, from either end', () => {
    const history = Array.from({ length: 12 }, (_, index) =>
      at(
        index + 1,
        index % 3 === 0 ? verified(index / 3 + 1, { device: BOB_LAPTOP }) : verified(index - Math.floor(index / 3)),
      ),
    );
    const whole = place(history);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 3, 6, 9], { minLength: 4 }), (starts) => {
        let conversation = emptyConversation();
        const places = new Map<string, { hash: string; position: number }>();
        const ids = new Map<MessageId, { hash: string; position: number }>();
        for (const start of starts) {
          const placed = placeMessages(conversation, history.slice(start, start + 3), [], { places, ids }, BOB);
          for (const [key, row] of placed.places) places.set(key, row);
          for (const [key, row] of placed.ids) ids.set(key as MessageId, row);
          conversation = placed.conversation;
        }
        expect(conversation).toEqual(whole.conversation);
      }),
    );
  });
});

describe('what a message looks like', () => {
  const conversation = emptyConversation({ delivered: { [BOB_LAPTOP]: 2 } });
  const view = (record: ReturnType<typeof verified>) => viewOf(conversation, { position: 7, record }, VIEWER)!;

  it('is delivered as far as the peer has signed, and no further', () => {
    expect([1, 2, 3].map((n) => view(verified(n, { device: BOB_LAPTOP })).state)).toEqual([
      'delivered',
      'delivered',
      'accepted',
    ]);
    expect(view(verified(1)).state).toBe('accepted');
  });

  it('bears a mark when sender and server are more than five minutes apart', () => {
    expect(view(verified(1, { sentAtMs: 0, acceptedAtMs: 300_000 })).clockMark).toBe(false);
    expect(view(verified(1, { sentAtMs: 0, acceptedAtMs: 300_001 })).clockMark).toBe(true);
    expect(view(verified(1, { sentAtMs: 400_000, acceptedAtMs: 1_000 })).clockMark).toBe(true);
  });
});
