import { createHash, createPublicKey, verify } from 'node:crypto';
import { FIRST_LEDGER_HASH, ledgerLineText } from '@secureconnect/contracts/ledger-line';
import { OPENING_CREDITS } from '@secureconnect/contracts/credits';
import type { UserId } from '@secureconnect/contracts/ids';
import {
  ReceiptKey,
  receiptText,
  StatementAnswer,
  type LedgerReceipt,
  type StatementLine,
} from '@secureconnect/contracts/statements';
import { ALICE, BOB, CAROL, MALLORY, messageId } from '../people.js';
import { ask, askAs, runningCredits } from './credits-world.js';

const PAID = 7;

describe('a statement', () => {
  const credits = runningCredits();
  let publicKey: ReceiptKey['publicKey'];

  beforeAll(async () => {
    await credits.gateway.capture(
      ALICE,
      Array.from({ length: PAID }, (_, count) => messageId(count)),
      null,
    );
    await credits.gateway.capture(BOB, [messageId(100)], null);
    publicKey = ReceiptKey.parse(
      (await askAs(credits.world, ALICE, `${credits.service.publicUrl}/api/credits/receipt-key`)).body,
    ).publicKey;
  });

  const read = (userId: UserId, query = '') =>
    askAs(credits.world, userId, `${credits.service.publicUrl}/api/credits/statement${query}`);
  const statement = async (userId: UserId, query = '') => StatementAnswer.parse((await read(userId, query)).body);

  it('has every line of the account, the newest first, and the balance after each', async () => {
    const { lines, more } = await statement(ALICE);
    expect(more).toBe(false);
    expect(lines.map(({ line, reason, amount, balance }) => [line, reason, amount, balance])).toEqual([
      ...Array.from({ length: PAID }, (_, nth) => [PAID + 1 - nth, 'message', -1, OPENING_CREDITS - PAID + nth]),
      [1, 'opening', OPENING_CREDITS, OPENING_CREDITS],
    ]);
  });

  it('is made anew by its reader, page by page, up to the hash that the server signed', async () => {
    const pages: StatementLine[] = [];
    let before = '';
    for (;;) {
      const { lines, more } = await statement(ALICE, `?limit=3${before}`);
      pages.push(...lines);
      const oldest = lines.at(-1)!;
      before = `&before=${oldest.reason}:${oldest.key}`;
      if (!more) break;
    }
    expect(pages).toHaveLength(PAID + 1);
    const { receipt } = await statement(ALICE, '?limit=1');
    expect(headOf(ALICE, pages)).toBe(receipt.hash);
    expect(receipt).toMatchObject({ userId: ALICE, line: PAID + 1, balance: OPENING_CREDITS - PAID });
    expect(isSigned(receipt, publicKey)).toBe(true);
  });

  it.each([
    ['a debit that was doubled', (lines: StatementLine[]) => [{ ...lines[0]!, amount: -2 }, ...lines.slice(1)]],
    ['a line that was left out', (lines: StatementLine[]) => lines.toSpliced(2, 1)],
    ['two lines that changed places', (lines: StatementLine[]) => [lines[1]!, lines[0]!, ...lines.slice(2)]],
    ['another hour', (lines: StatementLine[]) => [{ ...lines[0]!, atMs: lines[0]!.atMs + 1 }, ...lines.slice(1)]],
  ])('does not hide %s', async (_, edit) => {
    const { lines, receipt } = await statement(ALICE);
    expect(headOf(ALICE, lines)).toBe(receipt.hash);
    expect(headOf(ALICE, edit(lines))).not.toBe(receipt.hash);
  });

  it.each(['userId', 'line', 'hash', 'balance', 'atMs'] as const)('signs its %s', async (field) => {
    const { receipt } = await statement(ALICE);
    const others = { userId: BOB, line: 1, hash: 'f'.repeat(64), balance: 1_000_000, atMs: 1 };
    expect(isSigned({ ...receipt, [field]: others[field] }, publicKey)).toBe(false);
  });

  it('is empty, and signed, for who has no account yet', async () => {
    const { lines, more, receipt } = await statement(CAROL);
    expect({ lines, more }).toEqual({ lines: [], more: false });
    expect(receipt).toMatchObject({ line: 0, hash: FIRST_LEDGER_HASH, balance: 0 });
    expect(isSigned(receipt, publicKey)).toBe(true);
  });

  it.each([
    ['somebody else’s line', MALLORY, `message:${messageId(100)}`],
    ['somebody else’s line, with an account of the own', BOB, `message:${messageId(1)}`],
    ['somebody else’s opening', BOB, `opening:${ALICE}`],
    ['a line that there is not', ALICE, `message:${messageId(999)}`],
  ])('does not begin at %s', async (_, userId, before) => {
    expect(await read(userId, `?before=${before}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=many',
    'before=1',
    'before=message',
    `before=message:${'A'.repeat(32)}`,
    `before=${encodeURIComponent(`' OR 1=1 --:${'a'.repeat(32)}`)}`,
    `userId=${ALICE}`,
  ])('is refused for ?%s', async (query) => {
    expect(await read(BOB, `?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it.each(['statement', 'receipt-key'])('is not shown without a login: %s', async (route) => {
    expect(await ask(`${credits.service.publicUrl}/api/credits/${route}`)).toMatchObject({ status: 401 });
  });
});

/** The hash at which the lines end, newest first, made from nothing but what they say. */
function headOf(userId: UserId, lines: readonly StatementLine[]): string {
  return lines.reduceRight(
    (previous, line) =>
      createHash('sha256')
        .update(ledgerLineText(previous, { ...line, userId }), 'utf8')
        .digest('hex'),
    FIRST_LEDGER_HASH,
  );
}

function isSigned(receipt: LedgerReceipt, publicKey: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(receiptText(receipt)), key, Buffer.from(receipt.signature, 'base64url'));
}
