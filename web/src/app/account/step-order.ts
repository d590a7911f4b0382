import type { SessionStep } from '../keyring/views';

/** The steps that are expected, so that a person sees what is still to come. One that was not expected is shown when it comes. */
export const SIGN_UP_STEPS: readonly SessionStep[] = [
  'deriving-keys',
  'making-keys',
  'sealing-vault',
  'asking-server',
  'adding-device',
];

export const LOG_IN_STEPS: readonly SessionStep[] = [
  'deriving-keys',
  'asking-server',
  'opening-vault',
  'adding-device',
  'loading-conversations',
];

export interface ShownStep {
  readonly step: SessionStep;
  readonly standing: 'done' | 'under-way' | 'to-come';
}

/** @param begun - in the order in which they began; the newest is under way */
export function shownSteps(order: readonly SessionStep[], begun: readonly SessionStep[]): readonly ShownStep[] {
  const current = begun.at(-1);
  const expected = order.filter((step) => !begun.includes(step));
  const reached = current === undefined ? -1 : order.indexOf(current);
  return [
    ...begun.map((step) => ({ step, standing: step === current ? 'under-way' : 'done' }) as const),
    ...expected.filter((step) => order.indexOf(step) > reached).map((step) => ({ step, standing: 'to-come' }) as const),
  ];
}
