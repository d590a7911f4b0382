import type { DeviceId, MessageId } from '@secureconnect/contracts/ids';
import fc from 'fast-check';
import type { Change } from '../../src/conversations/changes.js';
import { LogStore } from '../../src/conversations/log-store.js';
import type { ConversationRecord, VerifiedRecord } from '../../src/conversations/records.js';
import { viewsOf } from '../../src/conversations/thread-views.js';
import { makeCacheKey, SealedStore } from '../../src/storage/sealed-store.js';
import { memoryStorage } from '../../src/storage/memory-storage.js';
import { placeMessages, type Judged } from '../../src/sync/place.js';
import { ALICE, ALICE_LAPTOP, at, BOB, BOB_LAPTOP, emptyConversation, verified } from '../sync/records.js';

const VIEWER = { selfId: BOB, showsRead: true, hidesOthers: false };
const PHONE = 'a3'.repeat(16) as DeviceId;

/** A device of bob's, which takes in what it is given. */
async function device() {
  const plain = await memoryStorage().open('account');
  const sealed = new SealedStore(plain, await makeCacheKey());
  const start = emptyConversation();
  const key = [start.conversationId];
  await sealed.commit({ put: [{ table: 'conversations', key, value: start }] });
  const store = new LogStore(sealed, start.conversationId, BOB_LAPTOP);
  return {
    store,
    sealed,
    async takes(...judged: Judged[]): Promise<void> {
      const before = (await store.conversation())!;
      const placed = placeMessages(before.value, judged, [], await store.taken(judged), BOB);
      expect(await store.commit(before, placed, [], true)).toBe(true);
    },
    async shows() {
      const record = (await store.conversation())!.value;
      const views = await viewsOf(store, record, await store.messages(1, 1_000), VIEWER);
      return views.flatMap((view) =>
        view === null
          ? []
          : [
              {
                says: view.content.kind === 'text' ? view.content.body : `[${view.content.kind}]`,
                edited: view.editedAtMs,
                reactions: view.reactions.map(({ symbol, senders }) => `${symbol} ${senders.join()}`),
              },
            ],
      );
    },
    record: async (): Promise<ConversationRecord> => (await store.conversation())!.value,
  };
}

const reference = (target: VerifiedRecord) => ({ messageId: target.messageId, hash: target.hash.slice(0, 32) });
const changing = (n: number, change: Change, over: Partial<VerifiedRecord> = {}): [VerifiedRecord, Change] => [
  verified(n, { ...over, content: { kind: 'change', of: change.target.messageId } }),
  change,
];
const TEXT = verified(1);
const edit = (body: string): Change => ({ kind: 'edit', target: reference(TEXT), body });
const deletion: Change = { kind: 'delete', target: reference(TEXT) };
const reaction = (symbol: string): Change => ({ kind: 'reaction', target: reference(TEXT), symbol });

describe('a change', () => {
  it('of the author counts, has no line of its own and is not unread', async () => {
    const bob = await device();
    await bob.takes(at(1, TEXT), at(2, ...changing(2, edit('better'))));
    expect(await bob.shows()).toEqual([{ says: 'better', edited: 2_000, reactions: [] }]);
    expect((await bob.record()).unreadAt).toEqual([[1, 1]]);
  });

  it('that comes before its message waits for it', async () => {
    const bob = await device();
    await bob.takes(at(2, ...changing(2, edit('better'))));
    expect(await bob.shows()).toEqual([]);
    await bob.takes(at(1, TEXT));
    expect(await bob.shows()).toEqual([{ says: 'better', edited: 2_000, reactions: [] }]);
  });

  it.each([edit('put into her mouth'), deletion])('$kind of anybody else changes nothing [T-54]', async (change) => {
    const bob = await device();
    await bob.takes(at(1, TEXT), at(2, ...changing(1, change, { device: BOB_LAPTOP })));
    expect(await bob.shows()).toEqual([{ says: 'message 1', edited: null, reactions: [] }]);
  });

  it.each([edit('of another text'), deletion, reaction('👍')])(
    '$kind that means another envelope under this id changes nothing [T-55]',
    async (change) => {
      const bob = await device();
      const other = { ...change, target: { ...change.target, hash: 'ee'.repeat(16) } };
      await bob.takes(at(1, TEXT), at(2, ...changing(2, other)));
      expect(await bob.shows()).toEqual([{ says: 'message 1', edited: null, reactions: [] }]);
    },
  );

  it('takes a text back for good: nothing of it is left on the disk', async () => {
    const bob = await device();
    await bob.takes(at(1, TEXT), at(2, ...changing(2, edit('THE SECRET'))), at(3, ...changing(3, deletion)));
    await bob.takes(at(4, ...changing(4, edit('THE SECRET again'))));
    expect(await bob.shows()).toEqual([{ says: '[deleted]', edited: null, reactions: [] }]);
    const rows = await Promise.all([
      bob.sealed.range('changes', { prefix: [] }),
      bob.sealed.range('messages', { prefix: [] }),
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/THE SECRET|message 1/);
  });

  it('sets one reaction a person, and takes it back', async () => {
    const bob = await device();
    const byBob = (n: number, symbol: string) => changing(n, reaction(symbol), { device: BOB_LAPTOP });
    await bob.takes(at(1, TEXT), at(2, ...changing(2, reaction('👍'))), at(3, ...byBob(1, '👍')));
    expect((await bob.shows())[0]!.reactions).toEqual([`👍 ${BOB},${ALICE}`]);
    await bob.takes(at(4, ...byBob(2, '🎉')));
    expect((await bob.shows())[0]!.reactions).toEqual([`👍 ${ALICE}`, `🎉 ${BOB}`]);
    await bob.takes(at(5, ...byBob(3, '')));
    expect((await bob.shows())[0]!.reactions).toEqual([`👍 ${ALICE}`]);
    await bob.takes(at(6, ...changing(3, reaction('much too long a word'))));
    expect((await bob.shows())[0]!.reactions).toEqual([]);
  });
});

describe('all devices', () => {
  /** What three devices sign about one message: edits, reactions, at times a deletion, with clocks that disagree. */
  const said = fc.array(
    fc.record({
      device: fc.constantFrom(ALICE_LAPTOP, PHONE, BOB_LAPTOP),
      act: fc.constantFrom(edit('one'), edit('two'), reaction('👍'), reaction('🎉'), reaction(''), deletion),
      sentAtMs: fc.nat(5),
    }),
    { maxLength: 8 },
  );

  it('come to the same, in whatever order and parts things arrive', async () => {
    await fc.assert(
      fc.asyncProperty(said, fc.infiniteStream(fc.nat()), async (acts, dice) => {
        const next = new Map<string, number>([[ALICE_LAPTOP, 1]]);
        const all = [at(1, TEXT)];
        for (const [index, { device: from, act, sentAtMs }] of acts.entries()) {
          const n = (next.get(from) ?? 0) + 1;
          next.set(from, n);
          const sender = from === BOB_LAPTOP ? BOB : ALICE;
          const id = `${from.slice(0, 16)}${n.toString(16).padStart(16, 'e')}` as MessageId;
          all.push(at(index + 2, ...changing(n, act, { device: from, sender, messageId: id, sentAtMs })));
        }
        const [first, second] = [await device(), await device()];
        await first.takes(...all);
        const left = [...all];
        while (left.length > 0) {
          const part = [];
          for (let count = 1 + (dice.next().value % 3); count > 0 && left.length > 0; count--)
            part.push(...left.splice(dice.next().value % left.length, 1));
          await second.takes(...part);
        }
        expect(await second.shows()).toEqual(await first.shows());
      }),
      { numRuns: 60 },
    );
  });
});
