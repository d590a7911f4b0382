import type { AuditAnswer } from '@secureconnect/contracts/audit';
import type { UserId, Username } from '@secureconnect/contracts/ids';

import { idOf, SELF } from './world';

type Act = AuditAnswer['acts'][number];

const DAY_MS = 86_400_000;
const MARCH = Date.UTC(2026, 2, 3, 10);
const COUNT = 64;
const PEOPLE = ['alice', 'mara', 'noor', 'constantin-alexandrescu.1987-xyz', 'sam-b'] as const;
const KINDS: readonly Pick<Act, 'action' | 'amount' | 'reason'>[] = [
  { action: 'user.ban', amount: null, reason: 'Advertising to strangers' },
  { action: 'user.unban', amount: null, reason: 'It was somebody else' },
  { action: 'topup.approve', amount: 250, reason: 'Payment received' },
  {
    action: 'topup.reject',
    amount: 1,
    reason: 'There is no such transfer. Write to the office if you think there is.',
  },
  { action: 'user.reset-code', amount: null, reason: 'start fresh' },
  { action: 'topup.approve', amount: 100_000, reason: 'For the whole choir' },
];

function act(index: number): Act {
  const person = index % PEOPLE.length;
  const concerns = person === 0 ? SELF.userId : (idOf('asker', person) as UserId);
  return {
    ...KINDS[index % KINDS.length]!,
    entry: 2 * index + 2,
    atMs: MARCH + index * DAY_MS,
    actor: idOf('asker', 7) as UserId,
    actorName: index % 9 === 8 ? null : ('teodor.k' as Username),
    target: concerns,
    concerns,
    concernsName: PEOPLE[person] as Username,
    outcome: index % 10 === 0 ? 'unknown' : index % 7 === 1 ? 'refused' : 'done',
    hash: index.toString(16).padStart(2, '0').repeat(32),
  };
}

/** What operators did, the newest first. */
export function acts(): Act[] {
  const first: Act = {
    ...act(0),
    ...{ entry: 1, action: 'operator.bootstrap', amount: null, reason: 'one-time token', outcome: 'done' },
    ...{ concerns: idOf('asker', 7) as UserId, concernsName: 'teodor.k' as Username },
  };
  const others = Array.from({ length: COUNT }, (_, index) => act(index)).reverse();
  return [...others.map((made, index) => (index === 0 ? { ...made, outcome: null } : made)), first];
}
