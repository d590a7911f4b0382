import { array, constantFrom, integer, oneof, record, type Arbitrary } from 'fast-check';
import { AllowanceId, type MessageId, type UserId } from '@secureconnect/contracts/ids';
import { closeAllowance, closeExpired, grantAllowance } from '@secureconnect/credits/ledger/allowance-rules';
import type { Book, Charge } from '@secureconnect/credits/ledger/book';
import { captureCharge, placeHold, settle, settleExpired } from '@secureconnect/credits/ledger/charge-rules';
import { ALICE, BOB, CAROL, messageId } from './people.js';

/** Something that reaches the ledger: from a gateway, or from the sweeper. */
export type Step =
  | {
      readonly act: 'hold' | 'capture' | 'release';
      readonly userId: UserId;
      readonly key: MessageId;
      readonly amount: number;
    }
  | {
      readonly act: 'grant' | 'close' | 'end';
      readonly userId: UserId;
      readonly allowanceId: AllowanceId;
      readonly amount: number;
    }
  | {
      readonly act: 'spend';
      readonly userId: UserId;
      readonly key: MessageId;
      readonly allowanceId: AllowanceId;
      readonly amount: number;
    }
  | { readonly act: 'expire'; readonly key: MessageId; readonly exists: boolean }
  /** What the sweeper saw before is acted on only now. */
  | { readonly act: 'see'; readonly key: MessageId };

const KEYS = Array.from({ length: 6 }, (_, index) => messageId(index));
const ALLOWANCES = ['a', 'b', 'c'].map((digit) => AllowanceId.parse(digit.repeat(32)));
export const USERS = [ALICE, BOB, CAROL] as const;

/** Few keys, users and amounts, so that steps meet one another. */
export const steps: Arbitrary<Step[]> = array(
  oneof(
    {
      weight: 6,
      arbitrary: record({
        act: constantFrom('hold', 'capture', 'release'),
        userId: constantFrom(...USERS),
        key: constantFrom(...KEYS),
        amount: constantFrom(0, 1, 2, 199, 400, 500, 501),
      }),
    },
    {
      weight: 2,
      arbitrary: record({
        act: constantFrom('expire' as const),
        key: constantFrom(...KEYS),
        exists: integer({ min: 0, max: 1 }).map((bit) => bit === 1),
      }),
    },
    {
      weight: 3,
      arbitrary: record({
        act: constantFrom('grant', 'grant', 'close', 'end'),
        userId: constantFrom(...USERS),
        allowanceId: constantFrom(...ALLOWANCES),
        amount: constantFrom(1, 2, 60, 500),
      }),
    },
    {
      weight: 4,
      arbitrary: record({
        act: constantFrom('spend' as const),
        userId: constantFrom(...USERS),
        key: constantFrom(...KEYS),
        allowanceId: constantFrom(...ALLOWANCES),
        amount: constantFrom(0, 1, 2, 59),
      }),
    },
    { weight: 1, arbitrary: record({ act: constantFrom('see' as const), key: constantFrom(...KEYS) }) },
  ) as Arbitrary<Step>,
  { maxLength: 60 },
);

/** Takes steps on a book, one after the other, as the service would. Keep one for a whole run: it is the sweeper's memory. */
export class Stepper {
  readonly #seen = new Map<string, Charge>();
  #nowMs = 1_795_000_000_000;

  take(book: Book, step: Step): void {
    this.#nowMs += 1;
    switch (step.act) {
      case 'hold':
        placeHold(book, { kind: 'message', ...step }, { nowMs: this.#nowMs, lifetimeMs: 10 });
        return;
      case 'capture':
      case 'release':
        settle(book, { kind: 'message', ...step, move: step.act }, this.#nowMs);
        return;
      case 'grant':
        grantAllowance(book, step, { nowMs: this.#nowMs, lifetimeMs: 10 });
        return;
      case 'close':
        closeAllowance(book, step.allowanceId, step.userId);
        return;
      case 'end': {
        const allowance = book.allowance(step.allowanceId);
        if (allowance !== null) closeExpired(book, allowance);
        return;
      }
      case 'spend':
        captureCharge(book, { kind: 'message', ...step }, this.#nowMs);
        return;
      case 'see': {
        const charge = book.charge('message', step.key);
        if (charge?.state === 'held') this.#seen.set(step.key, charge);
        return;
      }
      case 'expire': {
        const seen = this.#seen.get(step.key) ?? book.charge('message', step.key);
        if (seen !== null) settleExpired(book, seen, step.exists);
      }
    }
  }
}
