import { Balance } from '@secureconnect/contracts/credits';
import { ReceiptKey, StatementAnswer } from '@secureconnect/contracts/statements';
import type * as z from 'zod';
import type { HttpDoor } from '../http/http-door.js';
import type { Access } from '../session/access.js';

/** 500 lines of some 220 characters each. */
const PAGE_MAX_BYTES = 262_144;

/** Routes of the own account. Whether what they answer is true is for others to find out. */
export interface CreditsApi {
  /**
   * @param before - `reason:key` of the line whose elders are wanted; null for the newest
   * @param limit - lines, 1 to 500
   */
  statement(before: string | null, limit: number): Promise<StatementAnswer>;
  receiptKey(): Promise<ReceiptKey>;
  balance(): Promise<Balance>;
}

/** @param base - such as `/api/credits` */
export function creditsApi(door: HttpDoor, access: Pick<Access, 'use'>, base: string): CreditsApi {
  const get = <T>(path: string, answer: z.ZodType<T>): Promise<T> =>
    access.use(() => door.ask({ method: 'GET', url: `${base}/${path}`, answer, maxBytes: PAGE_MAX_BYTES }));
  return {
    statement: (before, limit) => {
      const from = before === null ? '' : `&before=${before}`;
      return get(`statement?limit=${String(limit)}${from}`, StatementAnswer);
    },
    receiptKey: () => get('receipt-key', ReceiptKey),
    balance: () => get('balance', Balance),
  };
}
