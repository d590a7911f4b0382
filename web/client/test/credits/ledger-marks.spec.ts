import { nativePrimitives } from '@secureconnect/crypto/primitives/native';
import { readLedgerMark, writeLedgerMark, type LedgerMark } from '@secureconnect/crypto/vault/ledger-mark';
import type { OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import { systemClock } from '../../src/deps.js';
import { EventHub } from '../../src/event-hub.js';
import { LedgerMarks, type LedgerMarkParts } from '../../src/credits/ledger-marks.js';
import { Wallet } from '../../src/credits/wallet.js';
import { processLocks } from '../../src/locks.js';
import { Refusal } from '../../src/refusal.js';
import { memoryStorage } from '../../src/storage/memory-storage.js';
import { makeCacheKey, SealedStore } from '../../src/storage/sealed-store.js';
import { ALICE, FakeLedger } from './fake-ledger.js';

const CHECKED = { state: 'checked', atMs: expect.any(Number) as number };
const refused = (fault: string, line: number | null) => ({ state: 'refused', fault, line });

/** What the server keeps for alice's devices, and cannot read: written as it is there. */
class SharedVault {
  bytes: Uint8Array | null = null;
  writes = 0;
  away = false;
}

/** A browser of alice that has never seen her account. */
async function device(shared: SharedVault) {
  const store = new SealedStore(await memoryStorage().open('alice'), await makeCacheKey());
  const events = new EventHub(() => 1);
  const alarms: string[] = [];
  events.subscribe((event) => event.type === 'alarm' && alarms.push(event.alarm.code));
  const pauses: number[] = [];
  const works: Promise<void>[] = [];
  let end: (() => void) | null = null;
  const held = (): readonly LedgerMark[] => (shared.bytes === null ? [] : [readLedgerMark(shared.bytes)]);
  let opened = { ledgerMarks: [] as readonly LedgerMark[] };
  const vault: LedgerMarkParts['vault'] = {
    get opened() {
      return opened as OpenedVault;
    },
    reload: async () => {
      if (shared.away) throw new Refusal('offline');
      opened = { ledgerMarks: held() };
    },
    write: async (decide) => {
      if (shared.away) throw new Refusal('offline');
      opened = { ledgerMarks: held() };
      const mark = decide(opened as OpenedVault)?.ledgerMarks?.[0];
      if (mark === undefined) return;
      shared.bytes = writeLedgerMark(mark);
      shared.writes += 1;
      opened = { ledgerMarks: held() };
    },
  };
  const marks = new LedgerMarks({
    vault,
    userId: ALICE,
    pause: (ms) => {
      pauses.push(ms);
      return new Promise((resolve) => (end = resolve));
    },
    background: (work) => void works.push(work().catch(() => undefined)),
  });
  return {
    alarms,
    pauses,
    marks,
    /** What the person sees, when all that is written at once is written. */
    async looks(api: FakeLedger) {
      const parts = { api, store, marks, events, locks: processLocks(), clock: systemClock, userId: ALICE };
      const view = await new Wallet({ ...parts, primitives: nativePrimitives }).statement();
      if (pauses.length === 0) await Promise.all(works);
      return view.verdict;
    },
    /** Lets the time pass after which checks are written. */
    async later() {
      end?.();
      await Promise.all(works);
    },
  };
}

describe('[T-99] what one device has checked, another one', () => {
  let shared: SharedVault;
  let ledger: FakeLedger;
  beforeEach(async () => {
    shared = new SharedVault();
    ledger = FakeLedger.of(5);
    expect(await (await device(shared)).looks(ledger)).toEqual(CHECKED);
  });

  it.each<[string, (ledger: FakeLedger) => void, ReturnType<typeof refused>]>([
    ['is not shown fewer lines of', (l) => l.lines.splice(-2), refused('rewound', 6)],
    ['is not shown nothing of', (l) => (l.lines = []), refused('rewound', 6)],
    ['is not shown another history instead of', (l) => rewrite(l), refused('rewritten', 6)],
    ['is not shown another, longer history instead of', (l) => rewrite(l, 90), refused('rewritten', 6)],
    ['is not given another key than that of', (l) => l.changeKey(), refused('key-changed', null)],
  ])('%s', async (_, change, verdict) => {
    change(ledger);
    const other = await device(shared);
    expect(await other.looks(ledger)).toEqual(verdict);
    expect(other.alarms).toEqual(['ledger-refused']);
  });

  it('goes on from, and says so to the first', async () => {
    ledger.pay(6);
    const other = await device(shared);
    expect(await other.looks(ledger)).toEqual(CHECKED);
    await other.later();
    ledger.lines.splice(-1);
    expect(await (await device(shared)).looks(ledger)).toEqual(refused('rewound', 7));
  });

  it('whose server tells them different stories notices when it looks again', async () => {
    // It was told its own story first: while the vault could not be written.
    const lone = new SharedVault();
    const other = await device(lone);
    const fork = FakeLedger.of(3);
    expect(await other.looks(fork)).toEqual(CHECKED);
    lone.bytes = shared.bytes;
    await other.marks.flush();
    const again = await device(lone);
    expect(await again.looks(fork)).toEqual(refused('key-changed', null));
  });

  it('is not alarmed by what the first checks while it reads', async () => {
    const other = await device(shared);
    const first = await device(shared);
    ledger.meanwhile = () => undefined;
    let done = false;
    const honest = ledger.statement.bind(ledger);
    ledger.statement = async (before, limit) => {
      const page = await honest(before, limit);
      if (!done) {
        done = true;
        ledger.pay(50);
        await first.looks(ledger);
        await first.later();
      }
      return page;
    };
    expect(await other.looks(ledger)).toEqual(CHECKED);
    expect(readLedgerMark(shared.bytes!).line).toBe(7);
  });
});

describe('the end of the account in the vault', () => {
  it('is written at once where there is none, then after a while, and never for what does not hold', async () => {
    const shared = new SharedVault();
    const ledger = FakeLedger.of(2);
    const { looks, later, pauses } = await device(shared);
    await looks(ledger);
    expect([shared.writes, pauses]).toEqual([1, []]);
    await looks(ledger);
    expect(shared.writes).toBe(1);
    ledger.pay(3);
    await looks(ledger);
    ledger.pay(4);
    await looks(ledger);
    expect([shared.writes, pauses.length]).toEqual([1, 1]);
    await later();
    expect([shared.writes, readLedgerMark(shared.bytes!).line]).toEqual([2, 5]);
    ledger.edit(3, { amount: -9 });
    expect(await looks(ledger)).toMatchObject({ state: 'refused' });
    ledger.changeKey();
    await looks(ledger);
    expect(shared.writes).toBe(2);
  });

  it('is the further one of two devices, whoever writes last', async () => {
    const shared = new SharedVault();
    const ledger = FakeLedger.of(2);
    await (await device(shared)).looks(ledger);
    const [slow, fast] = [await device(shared), await device(shared)];
    ledger.pay(3);
    await slow.looks(ledger);
    ledger.pay(4);
    await fast.looks(ledger);
    await fast.later();
    await slow.later();
    expect([readLedgerMark(shared.bytes!).line, shared.writes]).toEqual([5, 2]);
  });

  it('that cannot be read is no reason to say “checked”, and is asked for again', async () => {
    const shared = new SharedVault();
    const { looks } = await device(shared);
    shared.away = true;
    await expect(looks(FakeLedger.of(2))).rejects.toMatchObject({ code: 'offline' });
    shared.away = false;
    expect(await looks(FakeLedger.of(2))).toEqual(CHECKED);
  });

  it('that could not be written waits for the next connection', async () => {
    const shared = new SharedVault();
    const { looks, marks } = await device(shared);
    await marks.remembered();
    shared.away = true;
    expect(await looks(FakeLedger.of(2))).toEqual(CHECKED);
    expect(shared.writes).toBe(0);
    shared.away = false;
    await marks.flush();
    expect(readLedgerMark(shared.bytes!)).toMatchObject({ line: 3, balance: 498 });
  });
});

/** One message was dearer, and everything fits. */
function rewrite(ledger: FakeLedger, ...more: number[]): void {
  ledger.edit(3, { amount: -2 });
  ledger.remake();
  for (const number of more) ledger.pay(number);
}
