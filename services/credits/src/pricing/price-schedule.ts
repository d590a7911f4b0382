import type { PriceEntry, Priced } from '@secureconnect/contracts/credits';
import type { PriceStep } from '@secureconnect/platform/config/price-setting';

/**
 * What holds when, from what was decided: each decision ends what was announced for its time and after. What changes nothing is left out.
 * @param decided - in the order in which it was
 * @returns rising
 */
export function scheduleOf(decided: readonly PriceEntry[]): PriceEntry[] {
  const schedule: PriceEntry[] = [];
  for (const kind of new Set(decided.map((entry) => entry.kind))) {
    let ofKind: PriceEntry[] = [];
    for (const entry of decided.filter((candidate) => candidate.kind === kind)) {
      ofKind = [...ofKind.filter(({ fromMs }) => fromMs < entry.fromMs), entry];
    }
    schedule.push(...ofKind.filter(({ amount }, at) => amount !== ofKind[at - 1]?.amount));
  }
  return schedule.sort((one, other) => one.fromMs - other.fromMs);
}

/**
 * What has to be decided now, so that the list says what the setting does: what holds, then what it announces.
 * @returns none where it does already
 */
export function decisionsFor(
  schedule: readonly PriceEntry[],
  kind: Priced,
  setting: readonly PriceStep[],
  nowMs: number,
): PriceEntry[] {
  const held = stepsFrom(
    schedule.filter((entry) => entry.kind === kind),
    nowMs,
  );
  const wanted = stepsFrom(setting, nowMs);
  const isSame =
    held.length === wanted.length &&
    held.every(({ amount, fromMs }, at) => amount === wanted[at]?.amount && fromMs === wanted[at].fromMs);
  return isSame ? [] : wanted.map((step) => ({ kind, ...step }));
}

/** What holds now, as of now, and what follows. */
function stepsFrom(steps: readonly PriceStep[], nowMs: number): PriceStep[] {
  const now = steps.findLast(({ fromMs }) => fromMs <= nowMs);
  const later = steps.filter(({ fromMs }) => fromMs > nowMs);
  const all = [...(now === undefined ? [] : [{ amount: now.amount, fromMs: nowMs }]), ...later];
  return all
    .filter(({ amount }, at) => amount !== all[at - 1]?.amount)
    .map(({ amount, fromMs }) => ({ amount, fromMs }));
}
