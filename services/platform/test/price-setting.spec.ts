import { priceAt, priceSetting } from '../src/config/price-setting.js';

const parse = (text?: string) => priceSetting(5).safeParse(text);
const NEW_YEAR = Date.parse('2027-01-01T00:00:00Z');

describe('a price as a setting', () => {
  it('is a number, or the standard where nothing is set', () => {
    expect(parse('7').data).toEqual([{ amount: 7, fromMs: 0 }]);
    expect(parse().data).toEqual([{ amount: 5, fromMs: 0 }]);
    expect(parse('0').data).toEqual([{ amount: 0, fromMs: 0 }]);
  });

  it('may announce others, each from its moment on', () => {
    const steps = parse('1; 2 from 2027-01-01T00:00Z; 3 from 2027-02-01T12:30:00Z').data!;
    expect(steps.map(({ amount }) => amount)).toEqual([1, 2, 3]);
    expect(priceAt(steps, 0)).toBe(1);
    expect(priceAt(steps, NEW_YEAR - 1)).toBe(1);
    expect(priceAt(steps, NEW_YEAR)).toBe(2);
    expect(priceAt(steps, Number.MAX_SAFE_INTEGER)).toBe(3);
  });

  it.each([
    ['nothing', ' '],
    ['less than nothing', '-1'],
    ['half a credit', '1.5'],
    ['words', 'many'],
    ['too much', '1000001'],
    ['no price for now', '2 from 2027-01-01T00:00Z'],
    ['two for now', '1; 2'],
    ['dates that fall', '1; 2 from 2027-02-01T00:00Z; 3 from 2027-01-01T00:00Z'],
    ['one date twice', '1; 2 from 2027-01-01T00:00Z; 3 from 2027-01-01T00:00Z'],
    ['a day that there is not', '1; 2 from 2027-13-01T00:00Z'],
    ['a date of some place', '1; 2 from 2027-01-01T00:00'],
    ['an end without a step', '1;'],
  ])('is not %s', (_, text) => {
    expect(parse(text).success).toBe(false);
  });
});
