import type { MessageId } from '@secureconnect/contracts/ids';
import type { MessageView } from '@secureconnect/client/messenger';

import { HOSTILE } from '../spoken.js';
import { conversation, idOf, type Line, SELF, type ScriptedConversation, world, type World } from './world';

const line = (body: string, changes: Partial<MessageView> = {}): Line => ['peer', body, changes];

/** A chat in which everything is done that can be done with messages. */
function busy(): ScriptedConversation {
  const chat = conversation({
    username: 'mara',
    minutesAgo: 3,
    trust: 'verified',
    lines: [
      line('Which of the two tents do we take?'),
      ['me', 'The small one. It is light, and the night will be warm.'],
      line('Then I bring the tarp as well. The plan is at https://example.org/lake?day=2.'),
      ['me', 'Good. Run `make list` when you are home, it prints what is left:'],
      ['me', '```\nstove    alice\nlamp     alice\ntarp     mara\n```'],
      ['me', 'And please do not forget the maps this time.', { editedAtMs: Date.now() - 60_000, state: 'read' }],
      line('', { content: { kind: 'deleted' } }),
      line('مرحبا، أراك يوم الجمعة', {}),
      line('I would never. Well. Once.', {}),
    ],
  });
  const id = (index: number) => chat.messages[index]!.messageId;
  const change = (index: number, changes: Partial<MessageView>) => {
    chat.messages[index] = { ...chat.messages[index]!, ...changes };
  };
  const question = chat.messages[0]!;
  change(0, { reactions: [{ symbol: '👍', senders: [SELF.userId] }] });
  change(1, {
    quote: {
      known: true,
      messageId: id(0),
      sender: question.sender,
      body: 'Which of the two tents do we take?',
      altered: false,
    },
    reactions: [
      { symbol: '❤️', senders: [question.sender] },
      { symbol: '😂', senders: [SELF.userId, question.sender] },
    ],
  });
  change(7, { quote: { known: false, messageId: idOf('gone', 1) as MessageId } });
  change(8, {
    quote: {
      known: true,
      messageId: id(5),
      sender: SELF.userId,
      body: 'And please do not forget the maps.',
      altered: true,
    },
  });
  return chat;
}

export const talkWorld = (): World => world({ conversations: [busy()] });

export const requestWorld = (): World =>
  world({
    conversations: [
      conversation({ username: 'stranger.9', lines: [], minutesAgo: 2, unread: 0, standing: 'request' }),
      conversation({ username: 'noise', lines: [], minutesAgo: 600, standing: 'blocked' }),
      busy(),
    ],
  });

export const hostileWorld = (): World =>
  world({
    conversations: [conversation({ username: 'mallory', lines: HOSTILE.map((body) => line(body)), minutesAgo: 1 })],
  });
