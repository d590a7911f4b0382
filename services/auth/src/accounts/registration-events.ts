import { UserId } from '@secureconnect/contracts/ids';
import type { OpenAccounts } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import type { OutboxHandler } from '@secureconnect/platform/outbox/outbox-runner';
import * as z from 'zod';

const Registered = z.strictObject({ userId: UserId });

/** Tells credits about new users, so that it opens their accounts; repeating it changes nothing there. */
export function openCreditAccounts(http: InternalHttp): OutboxHandler {
  return async (entries) => {
    const userIds = [...new Set(entries.map((entry) => Registered.parse(entry.payload).userId))];
    const body: OpenAccounts = { userIds };
    await http.call({ peer: 'credits', path: '/internal/accounts', body, answer: z.unknown() });
  };
}
