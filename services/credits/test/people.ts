import { MessageId, UserId } from '@secureconnect/contracts/ids';

export const ALICE = UserId.parse('a11ce'.padEnd(32, '0'));
export const BOB = UserId.parse('b0b'.padEnd(32, '0'));
export const CAROL = UserId.parse('ca401'.padEnd(32, '0'));
export const MALLORY = UserId.parse('3a110'.padEnd(32, '0'));

/** The `count`th message of a test. */
export function messageId(count: number): MessageId {
  return MessageId.parse(count.toString(16).padStart(32, '0'));
}
