import { nativePrimitives } from '@secureconnect/crypto/primitives/native';
import { systemClock } from '../../src/deps.js';
import { EventHub } from '../../src/event-hub.js';
import { Wallet } from '../../src/credits/wallet.js';
import { processLocks } from '../../src/locks.js';
import type { MessengerEvent } from '../../src/messenger.js';
import { memoryStorage } from '../../src/storage/memory-storage.js';
import { makeCacheKey, SealedStore } from '../../src/storage/sealed-store.js';
import { ALICE, BOB, FakeLedger, keyOf } from './fake-ledger.js';

/** The only device of its owner: no other has left anything in the vault. */
const here = {
  userId: ALICE,
  marks: { remembered: () => Promise.resolve(null), note: () => undefined, flush: () => Promise.resolve() },
};

/** A device of alice: what it remembers outlives the page. */
async function device(ledger: FakeLedger) {
  const store = new SealedStore(await memoryStorage().open('alice'), await makeCacheKey());
  const events = new EventHub(() => 1);
  const alarms: MessengerEvent[] = [];
  events.subscribe((event) => alarms.push(event));
  const locks = processLocks();
  /** The page is loaded anew. */
  const load = (api = ledger) =>
    new Wallet({ ...here, api, primitives: nativePrimitives, store, locks, clock: systemClock, events });
  return { load, alarms };
}

const CHECKED = { state: 'checked', atMs: expect.any(Number) as number };
const refused = (fault: string, line: number | null) => ({ state: 'refused', fault, line });
/** What a first look at a ledger finds. */
const lookAt = async (ledger: FakeLedger) => (await (await device(ledger)).load().statement()).verdict;

/** Looks, lets the server do something, and looks again: in the same page, and in one that was loaded anew. */
async function lookAgainAfter(ledger: FakeLedger, change: () => void) {
  const { load, alarms } = await device(ledger);
  const open = load();
  expect((await open.statement()).verdict).toEqual(CHECKED);
  expect(alarms).toEqual([]);
  change();
  const [same, anew] = [(await open.statement()).verdict, (await load().statement()).verdict];
  expect(anew).toEqual(same.state === 'checked' ? CHECKED : same);
  return { verdict: same, alarms: alarms.length };
}

describe('the statement of an honest server', () => {
  it('is checked, the newest line first', async () => {
    const ledger = FakeLedger.of(3);
    const { verdict, lines } = await (await device(ledger)).load().statement();
    expect(verdict).toEqual(CHECKED);
    expect(lines.map(({ line, amount, balance }) => [line, amount, balance])).toEqual([
      [4, -1, 497],
      [3, -1, 498],
      [2, -1, 499],
      [1, 500, 500],
    ]);
  });

  it('is read page by page, and later only as far as it is new', async () => {
    const ledger = FakeLedger.of(20);
    ledger.pageSize = 4;
    const wallet = (await device(ledger)).load();
    expect((await wallet.statement()).lines).toHaveLength(21);
    expect(ledger.pages).toBe(6 + 1);
    ledger.pay(21);
    ledger.pay(22);
    ledger.pages = 0;
    expect((await wallet.statement()).lines).toHaveLength(23);
    expect(ledger.pages).toBe(1 + 1);
  });

  it('is checked for who has no account yet', async () => {
    const ledger = new FakeLedger();
    ledger.lines = [];
    expect(await lookAt(ledger)).toEqual(CHECKED);
  });

  it('is checked while lines come', async () => {
    const ledger = FakeLedger.of(30);
    ledger.pageSize = 4;
    let number = 1_000;
    ledger.meanwhile = () => {
      if (number < 1_012) ledger.pay(number++);
    };
    expect(await lookAt(ledger)).toEqual(CHECKED);
  });

  it('is checked with credits held and with a debt', async () => {
    const ledger = FakeLedger.of(1);
    ledger.held = 7;
    ledger.post('call', keyOf(5), -600);
    expect(await lookAt(ledger)).toEqual(CHECKED);
  });

  it('is checked by two tabs at once', async () => {
    const { load, alarms } = await device(FakeLedger.of(5));
    const [one, other] = await Promise.all([load().statement(), load().statement()]);
    expect([one.verdict, other.verdict, alarms]).toEqual([CHECKED, CHECKED, []]);
  });
});

describe('[T-99] a statement that does not hold', () => {
  it.each<[string, (ledger: FakeLedger) => void, ReturnType<typeof refused>]>([
    ['another amount', (l) => l.edit(3, { amount: -2 }), refused('edited', 3)],
    ['another amount, with sums that fit', (l) => double(l, 3), refused('edited', 3)],
    ['another balance', (l) => l.edit(3, { balance: 9 }), refused('edited', 3)],
    ['a sum that is wrong in a chain that is whole', (l) => l.post('message', keyOf(9), -1, 2), refused('sum', 7)],
    ['another time', (l) => l.edit(3, { atMs: 1 }), refused('edited', 3)],
    ['another reason', (l) => l.edit(3, { reason: 'call' }), refused('edited', 3)],
    ['another message', (l) => l.edit(3, { key: keyOf(99) }), refused('edited', 3)],
    ['another hash', (l) => l.edit(3, { hash: 'f'.repeat(64) }), refused('edited', 3)],
    ['another first line', (l) => l.edit(1, { atMs: 1 }), refused('edited', 1)],
    ['another newest line', (l) => l.edit(6, { atMs: 1 }), refused('edited', 6)],
    ['a line that was left out', (l) => void l.lines.splice(2, 1), refused('gap', 3)],
    ['a first line that was left out', (l) => void l.lines.splice(0, 1), refused('gap', 1)],
    ['a line that is there twice', (l) => void l.lines.splice(2, 0, l.lines[2]!), refused('gap', 2)],
    ['two lines that changed places', (l) => swap(l, 2, 3), refused('gap', 4)],
    ['numbers that changed places', (l) => swapNumbered(l, 2, 3), refused('edited', 3)],
    ['one message charged twice', (l) => l.pay(2), refused('twice', 7)],
    ['lines without an end', (l) => (l.pageSize = 0), refused('gap', 6)],
  ])('because of %s, says where', async (_, change, verdict) => {
    const ledger = FakeLedger.of(5);
    change(ledger);
    expect(await lookAt(ledger)).toEqual(verdict);
  });

  it('says it of a line on a later page', async () => {
    const ledger = FakeLedger.of(40);
    ledger.pageSize = 5;
    ledger.edit(7, { atMs: 1 });
    expect(await lookAt(ledger)).toEqual(refused('edited', 7));
  });

  it('says the lowest line of several, also over the bounds of a batch', async () => {
    const ledger = FakeLedger.of(2_600);
    ledger.edit(2_300, { atMs: 1 });
    ledger.edit(2_100, { atMs: 1 });
    ledger.edit(2_500, { balance: 1 });
    expect(await lookAt(ledger)).toEqual(refused('edited', 2_100));
  });

  it.each([
    ['somebody else', { userId: BOB }],
    ['another line', { line: 5 }],
    ['another hash', { hash: 'f'.repeat(64) }],
    ['another balance', { balance: 1 }],
    ['another time', { atMs: 1 }],
    ['nobody’s signature', { signature: Buffer.alloc(64).toString('base64url') }],
  ])('does not take a receipt about %s', async (_, change) => {
    const ledger = FakeLedger.of(5);
    ledger.forge = (receipt) => ({ ...receipt, ...change });
    expect(await lookAt(ledger)).toEqual(refused('unsigned', null));
  });

  it('does not take somebody else’s account, well signed', async () => {
    expect(await lookAt(new FakeLedger(BOB))).toEqual(refused('unsigned', null));
  });

  it('does not take an old receipt of its own for a later page', async () => {
    const ledger = FakeLedger.of(20);
    ledger.pageSize = 4;
    const old = (await ledger.statement(null, 1)).receipt;
    ledger.pay(21);
    ledger.forge = (receipt) => (ledger.pages === 2 ? old : receipt);
    ledger.pages = 0;
    expect(await lookAt(ledger)).toEqual(refused('rewound', 22));
  });

  it('compares the lines with what can be spent', async () => {
    const ledger = FakeLedger.of(5);
    ledger.spendable = (balance) => balance - 1;
    expect(await lookAt(ledger)).toEqual(refused('balance', null));
  });
});

describe('[T-99] a statement that was checked before', () => {
  it('may grow', async () => {
    const ledger = FakeLedger.of(5);
    const { verdict } = await lookAgainAfter(ledger, () => ledger.pay(6));
    expect(verdict).toEqual(CHECKED);
  });

  it.each<[string, (ledger: FakeLedger) => void, ReturnType<typeof refused>]>([
    ['lose its newest line', (l) => void l.lines.pop(), refused('rewound', 6)],
    ['lose everything', (l) => (l.lines = []), refused('rewound', 6)],
    [
      'lose a line in the middle and be made whole',
      (l) => {
        l.lines.splice(2, 1);
        l.remake();
        l.pay(9);
      },
      refused('rewritten', 6),
    ],
    [
      'have another amount and be made whole',
      (l) => {
        l.edit(3, { amount: -2 });
        l.remake();
      },
      refused('rewritten', 6),
    ],
    [
      'have another amount, be made whole and grow',
      (l) => {
        l.edit(3, { amount: -2 });
        l.remake();
        l.pay(9);
      },
      refused('rewritten', 6),
    ],
    [
      'have its lines in another order and be made whole',
      (l) => {
        swap(l, 2, 3);
        l.remake();
      },
      refused('rewritten', 6),
    ],
    ['be signed with another key', (l) => l.changeKey(), refused('key-changed', null)],
    [
      'charge a message of before again',
      (l) => {
        l.pay(6);
        l.pay(2);
      },
      refused('twice', 8),
    ],
  ])('may not %s', async (_, change, verdict) => {
    const ledger = FakeLedger.of(5);
    const found = await lookAgainAfter(ledger, () => change(ledger));
    expect(found).toEqual({ verdict, alarms: 2 });
  });

  it('is held against the last one that held, whatever was shown in between', async () => {
    const ledger = FakeLedger.of(5);
    const { load } = await device(ledger);
    await load().statement();
    const honest = ledger.lines;
    ledger.lines = honest.slice(0, 3);
    expect((await load().statement()).verdict).toEqual(refused('rewound', 6));
    ledger.pay(7);
    ledger.pay(8);
    ledger.pay(9);
    ledger.pay(10);
    expect((await load().statement()).verdict).toEqual(refused('rewritten', 6));
    ledger.lines = honest;
    expect((await load().statement()).verdict).toEqual(CHECKED);
  });

  it('does not pin a key that signed nothing', async () => {
    const ledger = FakeLedger.of(2);
    const { load } = await device(ledger);
    const lying = FakeLedger.of(2);
    lying.receiptKey = () => new FakeLedger().receiptKey();
    expect((await load(lying).statement()).verdict).toEqual(refused('unsigned', null));
    expect((await load().statement()).verdict).toEqual(CHECKED);
  });
});

function swap(ledger: FakeLedger, one: number, other: number): void {
  const { lines } = ledger;
  [lines[one], lines[other]] = [lines[other]!, lines[one]!];
}

/** The lines at two places, each with the number of the other. */
function swapNumbered(ledger: FakeLedger, one: number, other: number): void {
  swap(ledger, one, other);
  ledger.lines[one] = { ...ledger.lines[one]!, line: one + 1 };
  ledger.lines[other] = { ...ledger.lines[other]!, line: other + 1 };
}

/** Another amount from a line on, and balances that follow from it, with the hashes of before. */
function double(ledger: FakeLedger, from: number): void {
  ledger.lines = ledger.lines.map((line) =>
    line.line < from
      ? line
      : { ...line, balance: line.balance - 1, amount: line.line === from ? line.amount - 1 : line.amount },
  );
}
