import { LIMITS } from '@secureconnect/contracts/limits';
import { admitEphemeral } from '../src/ephemeral/ephemeral-rules.js';
import type { Sender } from '../src/mailbox/admission.js';
import { conversationOf, letter, person, type Letter } from './letters.js';

const alice = person();
const bob = person();
const carol = person();
const sender = { userId: alice.userId, deviceId: alice.deviceId } as Sender;
const members = [alice.userId, bob.userId].sort() as Sender['userId'][];
const membersOf = (conversationId: string) => (conversationId === conversationOf(alice, bob) ? members : []);
const nowMs = 1_796_000_000_000;
const typing = (given: Letter = {}) => letter(alice, bob, { kind: 7, sentAtMs: nowMs, ...given });

describe('admitting an ephemeral envelope', () => {
  it('takes one of now from the caller’s own device', () => {
    expect(admitEphemeral(typing(), sender, membersOf, nowMs)).toMatchObject({ members });
  });

  const refusals: [string, Letter, string][] = [
    ['in another user’s name', { senderUser: bob.userId }, 'envelope-refused'],
    ['in another device’s name', { senderDevice: bob.deviceId }, 'envelope-refused'],
    ['for a reader who is not in the conversation', { readers: [alice.userId, carol.userId] }, 'envelope-refused'],
    ['that is a message', { kind: 1 }, 'envelope-refused'],
    ['that is a receipt', { kind: 6 }, 'envelope-refused'],
    ['of a chain', { previousHash: Buffer.alloc(32, 1) }, 'envelope-refused'],
    ['as large as a letter', { contentBytes: 1_536 }, 'envelope-refused'],
    ['for a conversation of others', { conversationId: conversationOf(bob, carol) }, 'conversation-unknown'],
    ['from long ago', { sentAtMs: nowMs - LIMITS.signalLifetimeMs - 1 }, 'signal-expired'],
    ['from the future', { sentAtMs: nowMs + LIMITS.signalLifetimeMs + 1 }, 'signal-expired'],
  ];
  it.each(refusals)('refuses one %s', (_, given, code) => {
    expect(admitEphemeral(typing(given), sender, membersOf, nowMs)).toEqual({ refused: code });
  });
});
