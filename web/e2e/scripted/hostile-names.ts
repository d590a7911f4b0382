import type { MessageView } from '@secureconnect/client/messenger';

import { HOSTILE } from '../spoken.js';
import { group } from './group';
import { conversation, type Line, peerOf, SELF, world, type World } from './world';

/** UTF-16 units of a reaction, as the messenger counts them. */
const SYMBOL_MAX = 8;

const said = (changes: Partial<MessageView> = {}): Line => ['peer', 'Fine weather today.', changes];

/** Whatever somebody may name themselves, a group or a device, quote and react with: as if nothing before the face had looked at it. */
export function hostileNamesWorld(): World {
  const chats = HOSTILE.map((payload, index) => {
    const chat = conversation({
      username: payload,
      minutesAgo: 10 + index,
      trust: index % 2 === 0 ? 'changed' : 'first-use',
      lines: [said(), said({ reactions: [{ symbol: payload.slice(0, SYMBOL_MAX), senders: [SELF.userId] }] })],
    });
    const [answered, answer] = chat.messages;
    chat.messages[1] = {
      ...answer!,
      quote: { known: true, messageId: answered!.messageId, sender: answered!.sender, body: payload, altered: true },
    };
    return chat;
  });
  const everybody = group({
    name: HOSTILE.join(' '),
    members: HOSTILE.map((username) => ({ username })),
    minutesAgo: 1,
    lines: HOSTILE.map((payload): Line => [payload, 'Good morning.']),
    happened: HOSTILE.flatMap((payload) => [
      [payload, { kind: 'renamed', name: payload }] as const,
      ['me', { kind: 'added', target: peerOf(payload) }] as const,
    ]),
  });
  const waiting = conversation({ username: `${HOSTILE[1]} 2`, lines: [], minutesAgo: 2, standing: 'request' });
  const blocked = conversation({ username: `${HOSTILE[0]} 2`, lines: [], minutesAgo: 3, standing: 'blocked' });
  return world({ conversations: [everybody, waiting, blocked, ...chats], deviceNames: HOSTILE });
}
