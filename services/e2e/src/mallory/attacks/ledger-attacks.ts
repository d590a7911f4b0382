import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { VaultPut } from '@secureconnect/contracts/auth';
import type { Balance } from '@secureconnect/contracts/credits';
import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { FIRST_LEDGER_HASH, ledgerLineText } from '@secureconnect/contracts/ledger-line';
import {
  receiptText,
  type LedgerReceipt,
  type StatementAnswer,
  type StatementLine,
} from '@secureconnect/contracts/statements';
import { readVaultItem, VAULT_ITEM_TYPES } from '@secureconnect/contracts/signed/vault';
import type * as checking from '@secureconnect/client/credits/check-lines';
import type { StatementView } from '@secureconnect/client/credits/statement-view';
import type * as marks from '@secureconnect/client/credits/ledger-marks';
import type * as remembering from '@secureconnect/client/credits/remembered';
import { must, type Person } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { good } from './scenes.js';

const MESSAGES = 3;
/** The credits to begin with, and the messages. */
const LINES = 1 + MESSAGES;

/** Lines of an account, rising: mallory gives others. */
type Lie = (lines: readonly StatementLine[]) => readonly StatementLine[];

const checkLines = defencesOf<typeof checking>('@secureconnect/client/credits/check-lines').no(
  'checkLines',
  () => async () => null,
);
const contradicts = defencesOf<typeof remembering>('@secureconnect/client/credits/remembered').no(
  'contradicts',
  () => () => null,
);

/** A server that signs whatever it says, with the key that alice has seen from the first day on, and whose balance follows its lies. */
class LyingLedger {
  lie: Lie = (lines) => lines;
  readonly #key = generateKeyPairSync('ed25519');
  #userId = '' as UserId;
  /** As the services answered last. */
  #real: readonly StatementLine[] = [];

  static async of(
    world: World,
  ): Promise<{ readonly ledger: LyingLedger; readonly mallory: Mallory; readonly alice: Person }> {
    const ledger = new LyingLedger();
    const mallory = await Mallory.before(world);
    mallory.tamper = {
      answer: ({ method, route }, answer) => {
        if (method !== 'GET' || answer.status !== 200) return answer;
        if (route === 'credits/receipt-key')
          return good({ publicKey: ledger.#key.publicKey.export({ format: 'jwk' }).x });
        if (route.startsWith('credits/statement'))
          return good(ledger.#statement(answer.body as StatementAnswer, route));
        return route === 'credits/balance' ? good(ledger.#balance(answer.body as Balance)) : answer;
      },
    };
    const alice = await world.newcomer('alice', mallory.place);
    const bob = await world.newcomer('bob');
    ledger.#userId = (await userIdOf(alice)) as UserId;
    await alice.open(bob.username);
    for (let number = 1; number <= MESSAGES; number++) await alice.say(bob.username, `number ${number}`);
    return { ledger, mallory, alice };
  }

  #statement(answer: StatementAnswer, route: string): StatementAnswer {
    const limit = Number(new URLSearchParams(route.split('?')[1]).get('limit'));
    // A page has room for the whole of so short an account; who asks for the end alone gets no news.
    if (limit > 1) this.#real = answer.lines.toReversed();
    const lines = this.lie(this.#real);
    return { lines: lines.toReversed().slice(0, limit), more: false, receipt: this.#sign(lines) };
  }

  #sign(lines: readonly StatementLine[]): LedgerReceipt {
    const { line, hash, balance } = lines.at(-1) ?? { line: 0, hash: FIRST_LEDGER_HASH, balance: 0 };
    const unsigned = { userId: this.#userId, line, hash, balance, atMs: Date.now() };
    const signature = sign(null, Buffer.from(receiptText(unsigned)), this.#key.privateKey).toString('base64url');
    return { ...unsigned, signature };
  }

  #balance(balance: Balance): Balance {
    const last = this.lie(this.#real).at(-1);
    return last === undefined ? balance : { ...balance, available: last.balance - balance.held };
  }

  /** Numbers, balances and hashes that fit. */
  whole(lines: readonly StatementLine[]): readonly StatementLine[] {
    const made: StatementLine[] = [];
    for (const { reason, key, amount, atMs } of lines) {
      const before = made.at(-1) ?? { hash: FIRST_LEDGER_HASH, balance: 0 };
      const line = { line: made.length + 1, reason, key, amount, balance: before.balance + amount, atMs };
      const text = ledgerLineText(before.hash, { userId: this.#userId, ...line });
      made.push({ ...line, hash: createHash('sha256').update(text).digest('hex') });
    }
    return made;
  }
}

/** alice looks until her messages are paid; what she sees then. */
const lookAt = (person: Person): Promise<StatementView> =>
  eventually(
    async () => must(await person.messenger.statement()),
    ({ lines, verdict }) => verdict.state === 'refused' || lines.length >= LINES,
  );

function played(person: Person, { verdict }: StatementView, harm: string): Played {
  if (verdict.state === 'checked') return { harm, shown: null };
  return { harm: null, shown: person.alarms.includes('ledger-refused') ? verdict.fault : null };
}

/** What was taken from alice's account, and what she is told of it. */
export const LEDGER_ATTACKS: readonly Attack[] = [
  {
    row: 99,
    name: 'a line of the account that costs more than it did',
    expect: 'detected',
    async play(world) {
      const { ledger, mallory, alice } = await LyingLedger.of(world);
      await lookAt(alice);
      ledger.lie = (lines) =>
        lines.map((line) => ({
          ...line,
          amount: line.line === 2 ? line.amount - 10 : line.amount,
          balance: line.line >= 2 ? line.balance - 10 : line.balance,
        }));
      const again = await world.reloaded(alice, mallory.place);
      await again.connected();
      return played(again, await lookAt(again), 'alice believes in another amount');
    },
    without: [checkLines],
  },
  {
    row: 99,
    name: 'a message that is charged twice, in a history that is whole',
    expect: 'detected',
    async play(world) {
      const { ledger, alice } = await LyingLedger.of(world);
      ledger.lie = (lines) => ledger.whole(lines.length < LINES ? lines : [...lines, lines.at(-1)!]);
      return played(alice, await lookAt(alice), 'alice has paid twice for one message');
    },
    without: [checkLines],
  },
  {
    row: 99,
    name: 'an account of an hour ago, well signed',
    expect: 'detected',
    async play(world) {
      const { ledger, mallory, alice } = await LyingLedger.of(world);
      await lookAt(alice);
      ledger.lie = (lines) => lines.slice(0, -2);
      const again = await world.reloaded(alice, mallory.place);
      await again.connected();
      return played(again, must(await again.messenger.statement()), 'alice has not seen that lines are gone');
    },
    without: [contradicts],
  },
  {
    row: 99,
    name: 'another history that is whole',
    expect: 'detected',
    async play(world) {
      const { ledger, mallory, alice } = await LyingLedger.of(world);
      await lookAt(alice);
      ledger.lie = (lines) => ledger.whole(lines.map((line) => (line.line === 2 ? { ...line, amount: -10 } : line)));
      const again = await world.reloaded(alice, mallory.place);
      await again.connected();
      return played(again, await lookAt(again), 'alice believes in another history');
    },
    without: [contradicts],
  },
  {
    row: 99,
    name: 'an account that never was, for a browser that is new',
    expect: 'detected',
    async play(world) {
      const { ledger, mallory, alice } = await LyingLedger.of(world);
      await lookAt(alice);
      await eventually(
        () => mallory.bodiesOf('PUT auth/vault').some(holdsLedgerMark),
        (isWritten) => isWritten,
      );
      ledger.lie = () => [];
      const other = world.elsewhere(alice, mallory.place);
      await other.logIn();
      return played(other, must(await other.messenger.statement()), 'alice’s new browser does not miss a line');
    },
    without: [
      defencesOf<typeof marks>('@secureconnect/client/credits/ledger-marks').no(
        'LedgerMarks',
        (real) =>
          class extends real {
            override remembered(): Promise<null> {
              return Promise.resolve(null);
            }
          },
      ),
    ],
  },
];

/** Whether a vault was written with what is remembered of the account. Its type is all that the server sees of it. */
function holdsLedgerMark(body: unknown): boolean {
  return (body as VaultPut).upserts.some(
    ({ bytes }) => readVaultItem(fromBase64Url(bytes)).type === VAULT_ITEM_TYPES.ledger,
  );
}
