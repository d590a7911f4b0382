import { MESSAGE_PRICE, OPENING_CREDITS } from '@secureconnect/contracts/credits';
import type { Stack } from '@secureconnect/launch/stack/running-stack';
import { readLedger } from '../store/ledger.js';
import { storedMessages } from '../store/stored-messages.js';
import { eventually } from '../waiting/eventually.js';

/** Everything in the ledger that is not as it has to be, in words; empty when it balances. */
export function ledgerFaults(messagingStore: string, creditsStore: string): string[] {
  const stored = new Map(storedMessages(messagingStore).map((row) => [row.messageId, row.senderUser]));
  const { accounts, charges, entries } = readLedger(creditsStore);
  const faults: string[] = [];
  const captured = new Map(charges.filter(({ state }) => state === 'captured').map((charge) => [charge.key, charge]));
  for (const [messageId, sender] of stored) {
    const charge = captured.get(messageId);
    if (charge === undefined) faults.push(`stored and not charged: ${messageId}`);
    else if (charge.owner !== sender || charge.amount !== MESSAGE_PRICE) faults.push(`charged wrongly: ${messageId}`);
  }
  for (const key of captured.keys()) if (!stored.has(key)) faults.push(`charged and not stored: ${key}`);
  for (const { key, state } of charges) if (state === 'held') faults.push(`still held: ${key}`);

  const moved = new Map<string, number>();
  const keys = new Set<string>();
  for (const { reason, key, amount, fromOwner, toOwner } of entries) {
    moved.set(fromOwner, (moved.get(fromOwner) ?? 0) - amount);
    moved.set(toOwner, (moved.get(toOwner) ?? 0) + amount);
    if (keys.has(`${reason} ${key}`)) faults.push(`posted twice: ${reason} ${key}`);
    keys.add(`${reason} ${key}`);
  }
  const total = accounts.reduce((sum, { balance }) => sum + balance, 0);
  if (total !== 0) faults.push(`the accounts add up to ${total}`);
  for (const { owner, kind, balance, held } of accounts) {
    if ((moved.get(owner) ?? 0) !== balance) faults.push(`entries of ${owner} do not make its balance`);
    if (kind !== 'user') continue;
    const spent = [...stored.values()].filter((sender) => sender === owner).length * MESSAGE_PRICE;
    if (balance !== OPENING_CREDITS - spent) faults.push(`${owner} has ${balance}, spent ${spent}`);
    if (held !== 0) faults.push(`${owner} has ${held} held`);
  }
  return faults;
}

/**
 * Every message in the store is charged once, to its sender, and nothing else is; read from both stores' files. Captures are
 * batched and holds expire, so it may take a moment.
 */
export async function ledgerBalances(stack: Stack, withinMs = 30_000): Promise<void> {
  const [messaging, credits] = [stack.replica('messaging-gateway').storeFile, stack.replica('credits').storeFile];
  await eventually(
    () => ledgerFaults(messaging, credits).slice(0, 10),
    (faults) => faults.length === 0,
    withinMs,
  );
}
