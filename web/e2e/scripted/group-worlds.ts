import type { MessageView } from '@secureconnect/client/messenger';

import { group, type ScriptedMember } from './group';
import { conversation, type Line, peerOf, SELF, type ScriptedConversation, userIdOf, world, type World } from './world';

const HOUR = 60;
const DAY = 24 * HOUR;

const lake: readonly Line[] = [
  ['mara', 'The cabin is ours from Friday noon. I paid the deposit this morning.'],
  ['mara', 'There are six beds and a couch that should not count as one.'],
  ['noor', 'I can drive. Two seats left, three if nobody brings a guitar.'],
  ['me', 'Then the guitar goes by train with me.'],
  ['teodor.k', 'I am bringing the stove. Does anybody have a lamp that is not from the last century?'],
  ['ines', 'I have two. And a list of everything that was broken the last time, so that nobody has to remember it.'],
  ['noor', 'That list was longer than the weekend.'],
  ['mara', 'Forecast says clear nights. If it holds we can row out and count satellites.'],
  ['me', 'Gas station on 40 at four, as always?'],
  ['ines', 'As always. First one there buys the coffee.'],
];

const friends: readonly ScriptedMember[] = [
  { username: 'mara', trust: 'verified' },
  { username: 'noor' },
  { username: 'teodor.k', role: 'admin' },
  { username: 'ines', trust: 'verified' },
];

/** A group in which everything is done that people do. */
function lakeGroup(): ScriptedConversation {
  const made = group({
    name: 'Lake weekend',
    members: friends,
    lines: lake,
    minutesAgo: 3,
    pace: 2,
    happened: [
      ['me', { kind: 'created', name: 'Lake' }, 1],
      ...['mara', 'noor', 'teodor.k', 'sam-b'].map(
        (name) => ['me', { kind: 'added', target: peerOf(name) }, 1] as const,
      ),
      ['me', { kind: 'role', target: peerOf('teodor.k'), role: 'admin' }, 1],
      ['sam-b', { kind: 'left' }, 5],
      ['teodor.k', { kind: 'added', target: peerOf('ines') }, 6],
      ['teodor.k', { kind: 'renamed', name: 'Lake weekend' }, 8],
    ],
  });
  const change = (index: number, changes: Partial<MessageView>) => {
    made.messages[index] = { ...made.messages[index]!, ...changes };
  };
  const guitar = made.messages[2]!;
  change(0, { reactions: [{ symbol: '❤️', senders: [userIdOf('noor'), userIdOf('ines'), SELF.userId] }] });
  change(3, {
    quote: {
      known: true,
      messageId: guitar.messageId,
      sender: guitar.sender,
      body: 'I can drive. Two seats left, three if nobody brings a guitar.',
      altered: false,
    },
    reactions: [{ symbol: '😂', senders: [userIdOf('noor')] }],
  });
  return made;
}

const bookLines: readonly Line[] = [
  ['yuki', 'Chapter nine for Thursday?'],
  ['sam-b', 'Nine and ten. They belong together.'],
];

const crowd = (count: number): readonly ScriptedMember[] =>
  Array.from({ length: count }, (_, index) => ({
    username: index === 3 ? 'constantin-alexandrescu.1987-xyz' : `person-${(index + 1).toString().padStart(3, '0')}`,
    role: index % 40 === 7 ? ('admin' as const) : ('member' as const),
    trust: index % 9 === 2 ? ('verified' as const) : ('first-use' as const),
  }));

const LONG_NAME = 'Everybody who ever worked at the yard, the ones who left, and the two dogs 🐕🐕 ושלום לכולם מהמספנה';

export const groupsWorld = (): World =>
  world({
    conversations: [
      lakeGroup(),
      group({
        name: 'Book club',
        members: [{ username: 'sam-b', role: 'owner' }, { username: 'yuki', role: 'admin' }, { username: 'noor' }],
        ownRole: 'member',
        lines: bookLines,
        minutesAgo: 41,
        unread: 2,
      }),
      conversation({
        username: 'mara',
        lines: [['peer', 'Can you bring the long rope as well?']],
        minutesAgo: 2 * HOUR,
        trust: 'verified',
      }),
      group({
        name: 'Band practice',
        members: [{ username: 'bob', trust: 'changed' }, { username: 'noor' }],
        lines: [
          ['noor', 'Same room, same time?'],
          ['me', 'I bring the small amp.', { seq: null, state: 'failed', refusal: 'peer-keys-changed' }],
        ],
        minutesAgo: 3 * HOUR,
      }),
      group({
        name: 'Neighbours',
        members: [{ username: 'ines', role: 'owner' }, { username: 'old-boathouse' }],
        ownRole: 'admin',
        lines: [['ines', 'The water is off on Tuesday from nine to eleven.']],
        minutesAgo: 5 * HOUR,
        forked: true,
      }),
      group({
        name: 'Flat on the third floor',
        members: [{ username: 'teodor.k', role: 'owner' }, { username: 'yuki' }],
        ownRole: null,
        lines: [
          ['teodor.k', 'The new people move in on the first.'],
          ['me', 'It was a good place. Thank you for all of it.'],
        ],
        minutesAgo: 4 * DAY,
        happened: [['teodor.k', { kind: 'removed', target: peerOf(SELF.username) }]],
      }),
      group({
        name: 'Win with us',
        members: [{ username: 'stranger.9', role: 'owner' }],
        ownRole: 'member',
        lines: [],
        minutesAgo: 6 * DAY,
        standing: 'request',
        invitedBy: 'stranger.9',
      }),
      group({
        name: LONG_NAME,
        members: crowd(255),
        ownRole: 'admin',
        lines: [['person-001', 'Is anybody still here?']],
        minutesAgo: 9 * DAY,
      }),
      group({ name: 'Notes to myself', members: [], lines: [['me', 'Oil the hinges.']], minutesAgo: 12 * DAY }),
    ],
  });
