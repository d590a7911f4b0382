import * as z from 'zod';

/** From when something costs how much. */
export interface PriceStep {
  /** Credits. */
  readonly amount: number;
  /** 0: always so, as far as the setting knows. */
  readonly fromMs: number;
}

const PRICE_MAX = 1_000_000;
const STEPS_MAX = 20;
const STEP = /^(\d{1,7})(?: from (\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z))?$/;

/**
 * A price as a setting: `1`, or with changes that are announced: `1; 2 from 2027-01-01T00:00Z`. Dates are UTC and rise. Every service that
 * charges, and the one that publishes the list, reads the same setting, so that all change over at one moment and nobody has to be told.
 */
export const priceSetting = (standard: number) =>
  z
    .string()
    .max(1_000)
    .default(String(standard))
    .transform((text, context): readonly PriceStep[] => {
      const steps = text.split(';').map((part) => stepOf(part.trim()));
      const isRising = steps.every((step, at) => at === 0 || (step?.fromMs ?? 0) > (steps[at - 1]?.fromMs ?? 0));
      const known = steps.filter((step) => step !== null);
      if (known.length === steps.length && steps.length <= STEPS_MAX && isRising && known[0]?.fromMs === 0)
        return known;
      context.addIssue('not a price, such as "1" or "1; 2 from 2027-01-01T00:00Z"');
      return z.NEVER;
    });

/** What holds at a time. */
export function priceAt(steps: readonly PriceStep[], atMs: number): number {
  return steps.findLast(({ fromMs }) => fromMs <= atMs)?.amount ?? 0;
}

function stepOf(text: string): PriceStep | null {
  const [, digits, from] = STEP.exec(text) ?? [];
  const amount = Number(digits);
  const fromMs = from === undefined ? 0 : Date.parse(from);
  return amount <= PRICE_MAX && !Number.isNaN(fromMs) ? { amount, fromMs } : null;
}
