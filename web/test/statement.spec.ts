import type { StatementLine } from '../src/app/keyring/statement';
import { spendingOf } from '../src/app/wallet/spending';
import { cellOf, csvOf } from '../src/app/wallet/statement-csv';
import { beginOf, chosen, kindOf } from '../src/app/wallet/statement-lines';

const NOW = new Date(2026, 10, 23, 15).getTime();
/** Noon, so many days before. */
const noon = (days: number) => new Date(2026, 10, 23 - days, 12).getTime();

const line = (number: number, changes: Partial<StatementLine> = {}): StatementLine => ({
  line: number,
  reason: 'message',
  key: 'a'.repeat(32),
  amount: -1,
  balance: 500 - number,
  atMs: noon(0),
  hash: 'f'.repeat(64),
  ...changes,
});

describe('the filters of a statement', () => {
  const lines = [
    line(5),
    line(4, { reason: 'call', amount: -5, atMs: noon(6) }),
    line(3, { reason: 'top-up', amount: 100, atMs: noon(7) }),
    line(2, { reason: 'group-message', atMs: noon(29) }),
    line(1, { reason: 'opening', amount: 500, atMs: noon(90) }),
  ];
  const numbers = (kind: Parameters<typeof chosen>[1]['kind'], range: Parameters<typeof chosen>[1]['range']) =>
    chosen(lines, { kind, range, nowMs: NOW }).map(({ line: number }) => number);

  it('choose by what a line is for', () => {
    expect(numbers('all', 'all')).toEqual([5, 4, 3, 2, 1]);
    expect(numbers('message', 'all')).toEqual([5, 2]);
    expect(numbers('call', 'all')).toEqual([4]);
    expect(numbers('top-up', 'all')).toEqual([3]);
    expect(numbers('other', 'all')).toEqual([1]);
  });

  it('choose by whole days, today among them', () => {
    expect(numbers('all', 'week')).toEqual([5, 4]);
    expect(numbers('all', 'month')).toEqual([5, 4, 3, 2]);
    expect(numbers('all', 'quarter')).toEqual([5, 4, 3, 2]);
    expect(beginOf('week', NOW)).toBe(new Date(2026, 10, 17).getTime());
    expect(beginOf('all', NOW)).toBeNull();
  });

  it.each(['constructor', '__proto__', 'toString', 'never-heard-of'])(
    'put a line about “%s” among the rest',
    (reason) => {
      expect(kindOf({ reason })).toBe('other');
    },
  );
});

describe('the picture of spending', () => {
  it('has a bar for each day, also for those without spending, and counts nothing that was given', () => {
    const found = spendingOf(
      [line(4), line(3), line(2, { atMs: noon(2), amount: -5 }), line(1, { atMs: noon(1), amount: 100 })],
      noon(3),
      NOW,
    );
    expect(found.step).toBe('day');
    expect(found.bars.map(({ spent }) => spent)).toEqual([0, 5, 0, 2]);
    expect(found.total).toBe(7);
    expect(found.most?.fromMs).toBe(new Date(2026, 10, 21).getTime());
  });

  it.each([
    [30, 'day', 31],
    [31, 'week', 5],
    [188, 'week', 27],
    [189, 'month', 7],
    [20_000, 'month', 120],
  ])('of %s days has a bar for each %s: %s of them', (days, step, count) => {
    const { step: found, bars } = spendingOf([], noon(days), NOW);
    expect([found, bars.length]).toEqual([step, count]);
    expect(bars.every(({ fromMs }, index) => index === 0 || fromMs > bars[index - 1]!.fromMs)).toBe(true);
  });

  it('says of nothing that it is nothing', () => {
    expect(spendingOf([], NOW, NOW)).toMatchObject({ total: 0, most: null });
    expect(spendingOf([line(1, { amount: 5 })], NOW, NOW)).toMatchObject({ total: 0, most: null });
  });

  it('adds up to what the lines say, whatever step it has', () => {
    const lines = Array.from({ length: 400 }, (_, day) => line(day + 1, { atMs: noon(day), amount: -day }));
    for (const days of [10, 100, 399]) {
      const inRange = lines.slice(0, days + 1);
      expect(spendingOf(inRange, noon(days), NOW).total).toBe((days * (days + 1)) / 2);
    }
  });
});

describe('the export', () => {
  it('has every field of every line, the oldest first', () => {
    const text = csvOf([line(2), line(1, { reason: 'opening', amount: 500, balance: 500, atMs: 0 })]);
    expect(text.split('\r\n')).toEqual([
      'line,time,kind,for,amount,balance,hash',
      `1,1970-01-01T00:00:00.000Z,opening,${'a'.repeat(32)},500,500,${'f'.repeat(64)}`,
      `2,${new Date(noon(0)).toISOString()},message,${'a'.repeat(32)},-1,498,${'f'.repeat(64)}`,
      '',
    ]);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\tx', "'\tx"],
    ['=cmd|"a",b', `"'=cmd|""a"",b"`],
    ['a,b', '"a,b"'],
    ['a\nb', '"a\nb"'],
    ['plain', 'plain'],
  ])('has no formula in it, and stays one cell: %j', (text, cell) => {
    expect(cellOf(text)).toBe(cell);
  });

  it('leaves numbers numbers', () => {
    expect([cellOf(-1), cellOf(0), cellOf(500)]).toEqual(['-1', '0', '500']);
  });
});
