import type { UserRow } from '@secureconnect/contracts/admin';
import type { UserId, Username } from '@secureconnect/contracts/ids';

import { groupsWorld } from './group-worlds';
import { hostileNamesWorld } from './hostile-names';
import { hostileWorld, requestWorld, talkWorld } from './talk';
import { conversation, idOf, type Line, SELF, world, type World } from './world';
import { changingPrices, manyLines } from './statements';
import { ownTopups, queue } from './topups';

const HOUR = 60;
const DAY = 24 * HOUR;

const lake: readonly Line[] = [
  ['peer', 'The cabin is ours from Friday noon. I paid the deposit this morning.'],
  ['me', 'Wonderful. I will bring the stove and the good lamp.'],
  ['peer', 'Noor can drive up with you if you leave after four.'],
  ['me', 'Four works. I have to hand in the drawings first, then I am free until Tuesday.'],
  ['me', 'Should I bring anything for the boat?'],
  [
    'peer',
    'Just the line and a dry bag. The rest is in the shed. There is a list on the inside of the door, half of it in my grandfather’s handwriting, so bring patience as well.',
  ],
  ['me', 'I like that list already.'],
  ['peer', 'The forecast says clear nights. If it holds we can row out and count satellites.'],
  ['me', 'Then it is settled. See you at the gas station on 40, as always?'],
  ['peer', 'As always. First one there buys the coffee.'],
];

const friends = () => [
  conversation({ username: 'mara', lines: lake, minutesAgo: 4, pace: 3, trust: 'verified' }),
  conversation({
    username: 'noor',
    lines: [
      ['me', 'Are you in for the weekend?'],
      ['peer', 'Yes. I can be at yours by half past three.'],
      ['peer', 'And I found the other paddle.'],
    ],
    minutesAgo: 38,
    unread: 2,
  }),
  conversation({
    username: 'teodor.k',
    lines: [['me', 'The drawings are on their way to you.']],
    minutesAgo: 3 * HOUR,
  }),
  conversation({
    username: 'ines',
    lines: [['peer', 'Slept like a stone. Thank you for yesterday.']],
    minutesAgo: 9 * HOUR,
  }),
  conversation({
    username: 'sam-b',
    lines: [['peer', 'Who has the key to the darkroom?']],
    minutesAgo: DAY + 2 * HOUR,
  }),
  conversation({
    username: 'yuki',
    lines: [['me', 'Congratulations. All of it, well deserved.']],
    minutesAgo: 2 * DAY,
  }),
  conversation({
    username: 'old-boathouse',
    lines: [['peer', 'The keys hang behind the second post.']],
    minutesAgo: 11 * DAY,
  }),
];

/** Names at the limit, scripts of both directions, emoji, every kind of bubble and state. */
const everything: readonly Line[] = [
  ['peer', 'שלום! נפגשים ביום שישי ליד התחנה?'],
  ['me', 'مرحبا، نعم. سأكون هناك في الساعة الرابعة إن شاء الله.'],
  ['peer', 'Perfect, שישי at 16:00 then 👍🏽'],
  ['me', '🌲🛶🌌'],
  ['peer', 'Ganz ohne Leerzeichen: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'],
  [
    'me',
    'https://example.org/a/very/long/address/that/has/no/place/to/break/and/goes/on/for/quite/a/while?with=parameters&and=more',
  ],
  ['peer', '', { content: { kind: 'unverifiable', reason: 'signature' } }],
  ['peer', '', { content: { kind: 'missing', count: 1 }, sentAtMs: 0 }],
  ['peer', '', { content: { kind: 'missing', count: 12 }, sentAtMs: 0 }],
  ['peer', '', { content: { kind: 'unsupported' } }],
  ['peer', '', { content: { kind: 'call', outcome: 'missed', seconds: 0 } }],
  ['me', '', { content: { kind: 'call', outcome: 'answered', seconds: 187 } }],
  ['peer', 'My clock was wrong for a while.', { clockMark: true }],
  ['me', '<img src=x onerror="document.title=1"> <script>alert(1)</script> is just what it says.'],
  ['me', 'One line\nanother line\n\nand one after a pause.'],
  ['me', 'Accepted, not delivered yet.', { state: 'accepted' }],
  ['me', 'Sealed and on its way.', { state: 'encrypted', seq: null }],
  ['me', 'Waiting.', { state: 'sending', seq: null }],
  ['me', 'This one was refused.', { state: 'failed', seq: null, refusal: 'insufficient-credits' }],
];

function fullWorld(): World {
  const most = conversation({
    username: 'constantin-alexandrescu.1987-xyz',
    lines: everything,
    minutesAgo: 1,
    pace: 2,
    trust: 'checked-in-log',
  });
  const many = Array.from({ length: 9_990 }, (_, index) =>
    conversation({
      username: `person-${(index + 1).toString().padStart(4, '0')}`,
      lines: [
        [
          index % 3 === 0 ? 'me' : 'peer',
          'A line that is somewhat longer than there is room for in the list of chats.',
        ],
      ],
      minutesAgo: 20 * DAY + index * 7,
      unread: index % 11 === 0 ? index % 140 : 0,
    }),
  );
  return world({ conversations: [most, ...friends(), ...many], credits: 12_408 });
}

const lorem =
  'It rained through the night and the path along the water was soft. We took the upper road, past the mill, and came out above the bay where the light was already turning. '.repeat(
    4,
  );

/** Ten thousand messages of very different heights. */
const longWorld = (): World =>
  world({
    conversations: [
      conversation({
        username: 'mara',
        pace: 7,
        minutesAgo: 2,
        lines: Array.from({ length: 10_000 }, (_, index): Line => {
          const length = 8 + ((index * 7919) % 61) * ((index * 31) % 9);
          return [index % 3 === 0 ? 'me' : 'peer', `${index + 1}. ${lorem.slice(0, length)}`];
        }),
      }),
      ...friends().slice(1),
    ],
  });

const people = (): UserRow[] =>
  Array.from({ length: 1_234 }, (_, index): UserRow => {
    const names = [
      'mara',
      'noor',
      'teodor.k',
      'ines',
      'sam-b',
      'yuki',
      'constantin-alexandrescu.1987-xyz',
      'old-boathouse',
    ];
    const name = names[index] ?? `person-${index.toString().padStart(4, '0')}`;
    return {
      userId: idOf('row', index) as UserId,
      username: name as Username,
      email:
        index % 3 === 1
          ? null
          : `${name}@${index % 7 === 0 ? 'a-rather-long-department-name.example.org' : 'example.org'}`,
      role: index === 2 ? 'admin' : 'user',
      joinedAtMs: Date.UTC(2026, 10, 20) - index * 7_919_000,
      ban:
        index === 3 ? { reason: 'Advertising to strangers, again and again', untilMs: Date.UTC(2030, 0, 5, 10) } : null,
      credits: index % 17 === 5 ? null : (index * 7919) % 1_400,
    };
  });

const admin = { ...SELF, role: 'admin' } as const;
const offline = { state: 'offline', retryAtMs: null } as const;

const SCENARIOS: Readonly<Record<string, () => World>> = {
  'signed-out': () => world({ self: null }),
  'signed-out-slow': () => world({ self: null, stepMs: 100_000 }),
  'signed-out-refused': () =>
    world({
      self: null,
      refusals: {
        register: { ok: false, code: 'username-taken' },
        logIn: { ok: false, code: 'throttled', retryAfterSeconds: 840 },
      },
    }),
  'signed-out-banned': () =>
    world({
      self: null,
      endedBy: 'banned',
      refusals: {
        logIn: {
          ok: false,
          code: 'account-banned',
          ban: { reason: 'Advertising to strangers', untilMs: Date.UTC(2030, 0, 5, 10) },
        },
      },
    }),
  'session-reused': () => world({ self: null, endedBy: 'reused' }),
  restoring: () => world({ stuck: ['restore'] }),
  empty: () => world(),
  loading: () => world({ stuck: ['conversations'], credits: null, connection: { state: 'connecting' } }),
  friends: () => world({ conversations: friends() }),
  'thread-loading': () => world({ conversations: friends(), stuck: ['messages'] }),
  'thread-refused': () =>
    world({
      conversations: friends(),
      refusals: { messages: { ok: false, code: 'unavailable', retryAfterSeconds: 30 } },
    }),
  full: fullWorld,
  long: longWorld,
  offline: () => world({ conversations: friends(), connection: offline }),
  broke: () => world({ conversations: friends(), credits: 0 }),
  changed: () =>
    world({
      conversations: [conversation({ username: 'bob', lines: lake, minutesAgo: 4, trust: 'changed' }), ...friends()],
    }),
  groups: groupsWorld,
  talk: talkWorld,
  requests: requestWorld,
  hostile: hostileWorld,
  'hostile-names': hostileNamesWorld,
  wallet: () =>
    world({
      ...{ conversations: friends(), credits: 12, topups: ownTopups() },
      ...{ statement: manyLines(12), prices: changingPrices() },
    }),
  'wallet-altered': () =>
    world({ statement: manyLines(486, { state: 'refused', fault: 'edited', line: 470 }), prices: changingPrices(6) }),
  'wallet-loading': () => world({ stuck: ['statement', 'topups', 'prices'] }),
  'wallet-refused': () =>
    world({
      refusals: {
        topups: { ok: false, code: 'unavailable' },
        statement: { ok: false, code: 'unavailable' },
        prices: { ok: false, code: 'unavailable' },
      },
    }),
  admin: () => world({ self: admin, conversations: friends(), users: people(), topups: queue() }),
  'admin-loading': () => world({ self: admin, stuck: ['listUsers', 'statistics'] }),
  'admin-refused': () =>
    world({
      self: admin,
      refusals: { listUsers: { ok: false, code: 'forbidden' }, statistics: { ok: false, code: 'forbidden' } },
    }),
  'claim-refused': () => world({ refusals: { claimAdmin: { ok: false, code: 'bootstrap-refused' } } }),
};

export function scenarioOf(name: string): World {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  return scenario();
}
