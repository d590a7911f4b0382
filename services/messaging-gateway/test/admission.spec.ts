import { admitMessage, admitReceipt, type Sender } from '../src/mailbox/admission.js';
import { conversationOf, letter, person, type Letter } from './letters.js';

const alice = person();
const bob = person();
const carol = person();
const sender = { userId: alice.userId, deviceId: alice.deviceId } as Sender;
const members = [alice.userId, bob.userId].sort() as Sender['userId'][];
const membersOf = (conversationId: string) => (conversationId === conversationOf(alice, bob) ? members : []);

describe('admitting a message', () => {
  it('takes one from the caller’s own device, sealed for the members of the conversation', () => {
    const bytes = letter(alice, bob, {
      messageId: '5'.repeat(32),
      senderSeq: 3,
      previousHash: new Uint8Array(32).fill(7),
    });
    expect(admitMessage(bytes, sender, membersOf)).toMatchObject({
      admitted: {
        messageId: '5'.repeat(32),
        senderUser: alice.userId,
        senderSeq: 3,
        conversationId: conversationOf(alice, bob),
      },
      members,
    });
  });

  const refusals: [string, Letter, string][] = [
    ['in another user’s name', { senderUser: bob.userId }, 'envelope-refused'],
    ['in another device’s name', { senderDevice: bob.deviceId }, 'envelope-refused'],
    ['sealed for somebody else too', { readers: [alice.userId, carol.userId] }, 'envelope-refused'],
    ['of another kind', { kind: 6 }, 'envelope-refused'],
    ['of an unknown kind', { kind: 9 }, 'envelope-refused'],
    ['with content that is not padded', { contentBytes: 300 }, 'envelope-refused'],
    ['numbered 0', { senderSeq: 0 }, 'envelope-refused'],
    ['for an unknown conversation', { conversationId: 'f'.repeat(32) }, 'conversation-unknown'],
  ];
  it.each(refusals)('refuses one %s', (_, given, code) => {
    expect(admitMessage(letter(alice, bob, given), sender, membersOf)).toEqual({ refused: code });
  });

  it('refuses one for a conversation of others', () => {
    const others = (conversationId: string) =>
      conversationId === conversationOf(bob, carol) ? ([bob.userId, carol.userId] as Sender['userId'][]) : [];
    const bytes = letter(alice, bob, { conversationId: conversationOf(bob, carol) });
    expect(admitMessage(bytes, sender, others)).toEqual({ refused: 'conversation-unknown' });
  });

  it('refuses every truncation and anything behind the end', () => {
    const bytes = letter(alice, bob);
    for (let length = 0; length < bytes.length; length += 97) {
      expect(admitMessage(bytes.subarray(0, length), sender, membersOf)).toEqual({ refused: 'envelope-refused' });
    }
    expect(admitMessage(Buffer.concat([bytes, Buffer.alloc(1)]), sender, membersOf)).toEqual({
      refused: 'envelope-refused',
    });
  });

  it('takes a receipt as a receipt, and no message as one', () => {
    expect(admitReceipt(letter(alice, bob, { kind: 6, senderSeq: 8 }), sender, membersOf)).toMatchObject({
      admitted: { senderSeq: 8, deviceId: alice.deviceId },
    });
    expect(admitReceipt(letter(alice, bob), sender, membersOf)).toEqual({ refused: 'envelope-refused' });
  });
});
