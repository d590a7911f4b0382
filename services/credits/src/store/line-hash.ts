import { hash } from 'node:crypto';
import { ledgerLineText, type LedgerLine } from '@secureconnect/contracts/ledger-line';

/** @param previous - 32 bytes @returns the hash of the line, 32 bytes */
export function hashLine(previous: Buffer, line: LedgerLine): Buffer {
  return hash('sha256', ledgerLineText(previous.toString('hex'), line), 'buffer');
}
