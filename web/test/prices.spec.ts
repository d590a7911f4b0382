import type { PriceEntry, Priced } from '@secureconnect/contracts/credits';
import { isListed, priceViews } from '../src/app/keyring/price-views';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-23T15:00Z');
const entry = (kind: Priced, amount: number, hours: number): PriceEntry => ({
  kind,
  amount,
  fromMs: NOW + hours * HOUR_MS,
});
const LIST = [
  entry('message', 1, -1_000),
  entry('call', 5, -1_000),
  entry('message', 3, -500),
  entry('message', 2, -100),
  entry('message', 4, 100),
];

describe('the price list', () => {
  it('says of each thing what holds, what was announced and what held before', () => {
    const [message, group, call] = priceViews(LIST, NOW);
    expect(message).toEqual({
      kind: 'message',
      now: entry('message', 2, -100),
      next: [entry('message', 4, 100)],
      earlier: [
        { ...entry('message', 3, -500), toMs: NOW - 100 * HOUR_MS },
        { ...entry('message', 1, -1_000), toMs: NOW - 500 * HOUR_MS },
      ],
    });
    expect(group).toEqual({ kind: 'group-message', now: null, next: [], earlier: [] });
    expect(call).toMatchObject({ now: { amount: 5 }, next: [], earlier: [] });
  });

  it('changes over at the announced moment', () => {
    expect(priceViews(LIST, NOW + 100 * HOUR_MS - 1)[0]?.now?.amount).toBe(2);
    expect(priceViews(LIST, NOW + 100 * HOUR_MS)[0]?.now?.amount).toBe(4);
  });
});

describe('a line beside the price list', () => {
  const paid = (reason: string, amount: number, hours: number) =>
    isListed(
      { line: 1, reason, key: 'a'.repeat(32), amount: -amount, balance: 0, atMs: NOW + hours * HOUR_MS, hash: '' },
      LIST,
    );

  it.each<[string, number, number]>([
    ['message', 1, -600],
    ['message', 3, -499],
    ['message', 2, -1],
    ['call', 5, -1],
  ])('of its time is listed: a %s for %i', (reason, amount, hours) => {
    expect(paid(reason, amount, hours)).toBe(true);
  });

  it.each<[string, number, number]>([
    ['message', 2, -600],
    ['message', 1, -1],
    ['message', 4, -1],
    ['message', -2, -1],
    ['call', 6, -1],
  ])('of another price is not: a %s for %i', (reason, amount, hours) => {
    expect(paid(reason, amount, hours)).toBe(false);
  });

  it('that was sent just before a change may have paid either price, and a day later no more', () => {
    expect([paid('message', 1, -499), paid('message', 3, -499)]).toEqual([true, true]);
    expect([paid('message', 1, -470), paid('message', 3, -470)]).toEqual([false, true]);
  });

  it('is not judged by a list that says nothing about it', () => {
    expect(paid('message', 9, -1_001)).toBe(true);
    expect(paid('group-message', 9, -1)).toBe(true);
    expect(paid('top-up', -500, -1)).toBe(true);
    expect(paid('constructor', 7, -1)).toBe(true);
  });
});
