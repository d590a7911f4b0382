import { Violation } from '@secureconnect/platform/problem/violation';
import type { Account } from '../store/account-rows.js';

/** @throws Violation `account-banned`, with the reason and the end: only for who has shown to be the owner */
export function refuseBanned({ ban }: Pick<Account, 'ban'>): void {
  if (ban !== null) throw new Violation('account-banned', { ban });
}
