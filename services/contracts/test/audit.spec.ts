import { AuditEntry, auditEntryText, FIRST_AUDIT_HASH } from '@secureconnect/contracts/audit';

const ALICE = 'a1'.repeat(16);
const BOB = 'b0'.repeat(16);

const entry = AuditEntry.parse({
  entry: 2,
  atMs: 1_795_000_000_000,
  actor: ALICE,
  action: 'topup.approve',
  target: 'c4'.repeat(16),
  concerns: BOB,
  amount: 100,
  reason: 'Paid in March',
  outcome: 'done',
  of: 1,
});

describe('the text that an audit entry’s hash is made over', () => {
  const text = auditEntryText(FIRST_AUDIT_HASH, entry);

  it('is a field a line', () => {
    expect(text).toBe(
      `SecureConnect/1 audit-entry\n${'0'.repeat(64)}\n2\n1795000000000\n${ALICE}\ntopup.approve\n${'c4'.repeat(16)}\n${BOB}\n100\ndone\n1\n"Paid in March"\n`,
    );
  });

  it.each<[string, Partial<AuditEntry>]>([
    ['entry', { entry: 3 }],
    ['time', { atMs: entry.atMs + 1 }],
    ['actor', { actor: AuditEntry.shape.actor.parse(BOB) }],
    ['action', { action: 'topup.reject' }],
    ['target', { target: ALICE }],
    ['person it concerns', { concerns: null }],
    ['amount', { amount: null }],
    ['reason', { reason: 'Paid in March.' }],
    ['outcome', { outcome: 'unknown' }],
    ['entry that it is the outcome of', { of: null }],
  ])('is another one with another %s', (_, change) => {
    expect(auditEntryText(FIRST_AUDIT_HASH, { ...entry, ...change })).not.toBe(text);
  });

  it('is another one after another entry', () => {
    expect(auditEntryText('1'.repeat(64), entry)).not.toBe(text);
  });

  it('cannot be made to look like two entries by a reason with line breaks', () => {
    const forged = auditEntryText(FIRST_AUDIT_HASH, { ...entry, reason: `x"\nSecureConnect/1 audit-entry\n` });
    expect(forged.split('\n')).toHaveLength(text.split('\n').length);
  });
});
