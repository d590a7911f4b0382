import type * as views from '@secureconnect/client/conversations/views';
import type { Positioned } from '@secureconnect/client/conversations/views';
import type * as chain from '@secureconnect/client/sync/chain';
import type * as place from '@secureconnect/client/sync/place';
import { Mallory } from '../mallory.js';
import type { Telling } from '../story-teller.js';
import { DeceivedPair, tellOf } from '../deceived-pair.js';
import type { World } from '../../world/world.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { noPlace, told } from './message-scenes.js';
import { comesToPass, marksIn } from './scenes.js';

const looks = defencesOf<typeof views>('@secureconnect/client/conversations/views');
const HOURS_MS = 2 * 3_600_000;

/** alice writes, and bob is told another story; what he reads once it is told, or when patience ends. */
async function storyTold(
  world: World,
  telling: Telling,
  texts: readonly string[],
  isTold: (words: string[]) => boolean,
) {
  const pair = await DeceivedPair.meet(world);
  await pair.tell(telling);
  await pair.aliceWrites(...texts);
  await comesToPass(() => pair.bob.words(pair.alice.username), isTold);
  return { pair, words: await pair.bob.words(pair.alice.username) };
}

export const ORDER_ATTACKS: readonly Attack[] = [
  {
    row: 42,
    name: 'a message twice',
    expect: 'detected',
    async play(world): Promise<Played> {
      const telling: Telling = ([one, two, ...rest]) => (two ? [one!, one!, two, ...rest] : one ? [one] : []);
      const isTwice = (words: string[]) => words.filter((word) => word === 'pay 10').length > 1;
      const { pair, words } = await storyTold(world, telling, ['pay 10', 'bye'], isTwice);
      const isAlarmed = pair.bob.alarms.includes('replayed');
      return { harm: isTwice(words) ? 'it stands there twice' : null, shown: isAlarmed ? 'replayed' : null };
    },
    without: [
      defencesOf<typeof place>('@secureconnect/client/sync/place').no(
        'placeMessages',
        (real) =>
          (...input: Parameters<typeof real>) => {
            const placed = real(...input);
            const messages = new Map(placed.messages);
            for (const { position, record } of input[1])
              if (messages.get(position)?.kind === 'replayed') messages.set(position, record);
            return { ...placed, messages };
          },
      ),
    ],
  },
  {
    row: 43,
    name: 'a message for alice in the conversation with carol',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const bob = await world.newcomer('bob', mallory.place);
      const [alice, carol] = [await world.newcomer('alice'), await world.newcomer('carol')];
      await bob.open(alice.username);
      await bob.open(carol.username);
      let stolen: Uint8Array | null = null;
      mallory.tamper = {
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name === 'message:send') stolen = new Uint8Array(body.envelope);
          return forward(body);
        },
      };
      await bob.say(alice.username, 'for alice alone');
      await alice.reads(bob.username, 'for alice alone');
      await tellOf(mallory, bob, carol, (truth) => [...truth, told(stolen!)]);
      mallory.sockets.emit('sync:hint', {});
      await comesToPass(
        () => bob.words(carol.username),
        (words) => words.length > 0,
      );
      const words = await bob.words(carol.username);
      return { harm: words.includes('for alice alone') ? 'it stands there' : null, shown: marksIn(words) };
    },
    without: [noPlace],
  },
  {
    row: 45,
    name: 'two messages exchanged',
    expect: 'withstood',
    async play(world) {
      const telling: Telling = (truth) => (truth.length < 2 ? [] : [truth[1]!, truth[0]!, ...truth.slice(2)]);
      const { words } = await storyTold(world, telling, ['no', 'yes'], (all) => all.join() === 'no,yes');
      return { harm: words.join() === 'no,yes' ? null : `bob reads ${words.join(', ')}`, shown: null };
    },
    without: [
      looks.no(
        'inChainOrder',
        () => (records: readonly Positioned[]) => [...records].sort((a, b) => a.position - b.position),
      ),
    ],
  },
  {
    row: 46,
    name: 'a message left out in the middle',
    expect: 'detected',
    async play(world) {
      const telling: Telling = (truth) => truth.filter((_, index) => index !== 1);
      const { words } = await storyTold(world, telling, ['one', 'two', 'three'], (all) => all.length === 3);
      return { harm: null, shown: marksIn(words) };
    },
    without: [looks.no('missingMarks', () => () => [])],
  },
  {
    row: 47,
    name: 'the newest messages kept back',
    expect: 'detected',
    async play(world) {
      const { pair } = await storyTold(
        world,
        (truth) => truth.slice(0, 1),
        ['one', 'two', 'three'],
        (all) => all.length === 1,
      );
      const states = async () => (await pair.alice.thread(pair.bob.username)).map(({ state }) => state);
      await comesToPass(states, ([first]) => first === 'delivered');
      await comesToPass(states, (all) => all.every((state) => state === 'delivered'), 600);
      // alice sees which of hers bob has: nothing but his signature says so.
      const unconfirmed = (await states()).filter((state) => state !== 'delivered').length;
      return { harm: null, shown: unconfirmed === 2 ? 'two are not delivered' : null };
    },
    without: [defencesOf<typeof chain>('@secureconnect/client/sync/chain').no('contiguousUpTo', () => () => 3)],
  },
  {
    row: 48,
    name: 'a message held back for two hours',
    expect: 'detected',
    async play(world) {
      const telling: Telling = (truth) =>
        truth.map((message) => ({ ...message, acceptedAtMs: message.acceptedAtMs + HOURS_MS }));
      const { pair } = await storyTold(world, telling, ['now'], (all) => all.length === 1);
      const [message] = await pair.bob.thread(pair.alice.username);
      return { harm: null, shown: message!.clockMark ? 'a mark at its time' : null };
    },
    without: [
      looks.no('viewOf', (real) => (...input: Parameters<typeof real>) => {
        const view = real(...input);
        return view && { ...view, clockMark: false };
      }),
    ],
  },
];
