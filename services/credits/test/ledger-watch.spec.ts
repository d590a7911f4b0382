import { brokenInvariants, type AuditCounts } from '@secureconnect/credits/ledger/invariants';
import { LedgerWatch } from '@secureconnect/credits/ledger/ledger-watch';

const INTACT: AuditCounts = {
  accounts: 3,
  entries: 5,
  sumOfBalances: 0,
  wrongBalances: 0,
  wrongHolds: 0,
  wrongAllowances: 0,
  wrongChains: 0,
  wrongTopups: 0,
  wrongAdjustments: 0,
  wrongHours: 0,
  wrongOpenings: 0,
  capturedUnpaid: 0,
  paidUncaptured: 0,
};

describe('the invariants of the ledger', () => {
  it('hold where nothing was found', () => {
    expect(brokenInvariants(INTACT)).toEqual([]);
  });

  it.each([
    'sumOfBalances',
    'wrongBalances',
    'wrongHolds',
    'wrongAllowances',
    'wrongOpenings',
    'capturedUnpaid',
    'paidUncaptured',
  ] as const)('are broken by any %s, too much or too little', (name) => {
    expect(brokenInvariants({ ...INTACT, [name]: 1 })).toEqual([name]);
    expect(brokenInvariants({ ...INTACT, [name]: -1 })).toEqual([name]);
  });
});

describe('the watch over the ledger', () => {
  it('says what is broken, and says when it is well again', async () => {
    const findings = [{ ...INTACT, sumOfBalances: -7 }, INTACT];
    const said: string[] = [];
    await new Promise<void>((resolve) => {
      const watch = new LedgerWatch({
        audit: async () => findings.shift() ?? INTACT,
        intervalMs: 1,
        onBroken: (broken) => {
          said.push(`broken ${broken.join()} ${String(watch.isIntact)}`);
        },
        onIntact: () => {
          said.push(`intact ${String(watch.isIntact)}`);
          watch.stop();
          resolve();
        },
        onFailed: () => said.push('failed'),
      });
      watch.start();
    });
    expect(said).toEqual(['broken sumOfBalances false', 'intact true']);
  });

  it('goes on after an audit that failed', async () => {
    const failures: unknown[] = [];
    const audits = [Promise.reject(new Error('the disk is slow'))];
    await new Promise<void>((resolve) => {
      const watch = new LedgerWatch({
        audit: () => audits.shift() ?? Promise.resolve(INTACT),
        intervalMs: 1,
        onBroken: () => undefined,
        onIntact: () => {
          watch.stop();
          resolve();
        },
        onFailed: (error) => failures.push(error),
      });
      watch.start();
    });
    expect(failures).toHaveLength(1);
  });
});
