const rules = new Intl.PluralRules('en');
const figures = new Intl.NumberFormat('en');
const all = new Intl.ListFormat('en', { type: 'conjunction' });

/** One word form for one, another for all other counts; the count in figures. */
export const plural = (count: number, one: string, other: string): string =>
  `${figures.format(count)} ${rules.select(count) === 'one' ? one : other}`;

export const inFigures = (count: number): string => figures.format(count);

/** alice, bob, and carol */
export const listOf = (items: readonly string[]): string => all.format(items);
