import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import {
  CallDoneOutcome,
  CallMembersOutcome,
  FindCallOutcome,
  StartCallOutcome,
  TurnCredentialsOutcome,
} from '@secureconnect/contracts/calls';
import { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { ALICE, BOB } from '../people.js';

/** The direct conversation of alice and bob, under the id that the two of them have. */
export const DIRECT = ConversationId.parse(
  createHash('sha256')
    .update(directConversationPreimage(idFromHex(ALICE), idFromHex(BOB)))
    .digest('hex')
    .slice(0, 32),
);
/** A group of ten. */
export const GROUP = ConversationId.parse('67'.repeat(16));
export const CROWD = Array.from({ length: 10 }, (_, index) => UserId.parse(`c${String(index)}`.padEnd(32, '0')));

export const newCall = (): CallId => CallId.parse(randomBytes(16).toString('hex'));
export const deviceOf = (userId: UserId): DeviceId => DeviceId.parse(`${userId.slice(0, 30)}d1`);

const ANSWERS = {
  'call:start': StartCallOutcome,
  'call:join': CallMembersOutcome,
  'call:find': FindCallOutcome,
  'call:connected': CallDoneOutcome,
  'call:alive': CallMembersOutcome,
  'call:leave': CallDoneOutcome,
  'turn:credentials': TurnCredentialsOutcome,
} as const;

/** Asks, and checks the answer against its schema. */
export async function ask(
  socket: Socket,
  command: keyof typeof ANSWERS,
  body: object,
): Promise<Record<string, unknown>> {
  return ANSWERS[command].parse(await socket.timeout(15_000).emitWithAck(command, body));
}

/** Waits until something is so; fails with what was last found. */
export async function eventually<T>(read: () => T | Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`did not become so; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
