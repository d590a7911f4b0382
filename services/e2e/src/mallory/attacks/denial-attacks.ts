import type { Balance } from '@secureconnect/contracts/credits';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type * as views from '@secureconnect/client/conversations/views';
import type * as checking from '@secureconnect/client/credits/check-lines';
import { must } from '../../people/person.js';
import { eventually } from '../../waiting/eventually.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf } from './attack.js';
import { comesToPass, good } from './scenes.js';

/** What is taken and never given: messages that are said to be stored, and credits that are there and may not be spent. */
export const DENIAL_ATTACKS: readonly Attack[] = [
  {
    row: 100,
    name: 'messages that are taken, paid, and given to nobody',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      let seq = 0;
      mallory.tamper = {
        command: (name, body: { envelope: Uint8Array }, forward) => {
          if (name !== 'message:send') return forward(body);
          const messageId = idToHex(readEnvelope(new Uint8Array(body.envelope)).header.messageId);
          seq += 1;
          return { ok: true, messageId, seq, acceptedAtMs: Date.now(), available: 500 - seq };
        },
      };
      await alice.say(bob.username, 'is anybody there?');
      await eventually(
        () => alice.messenger.unsent(),
        (unsent) => unsent === 0,
      );
      const stateNow = async () => (await alice.thread(bob.username)).at(-1)?.state;
      const isBelieved = await comesToPass(stateNow, (state) => state === 'delivered', 600);
      const harm = isBelieved ? 'alice thinks that bob has it' : null;
      return { harm, shown: (await stateNow()) === 'accepted' ? 'not confirmed by bob' : null };
    },
    // A client that takes the server's word for it.
    without: [
      defencesOf<typeof views>('@secureconnect/client/conversations/views').no(
        'viewOf',
        (real) =>
          (...input: Parameters<typeof real>) => {
            const view = real(...input);
            return view?.state === 'accepted' ? { ...view, state: 'delivered' } : view;
          },
      ),
    ],
  },
  {
    row: 100,
    name: 'credits that are there, and may not be spent',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
      // With the first message there is an account.
      await alice.say(bob.username, 'one of five hundred');
      await eventually(
        () => alice.messenger.unsent(),
        (unsent) => unsent === 0,
      );
      mallory.tamper = {
        answer: ({ route }, answer) =>
          route === 'credits/balance' && answer.status === 200
            ? good({ ...(answer.body as Balance), available: 0 })
            : answer,
        command: (name, body, forward) =>
          name === 'message:send' ? { ok: false, code: 'insufficient-credits' } : forward(body),
      };
      const { verdict } = must(await alice.messenger.statement());
      if (verdict.state === 'checked') return { harm: 'alice believes that she has nothing left', shown: null };
      return { harm: null, shown: alice.alarms.includes('ledger-refused') ? verdict.fault : null };
    },
    without: [defencesOf<typeof checking>('@secureconnect/client/credits/check-lines').no('addsUp', () => () => true)],
  },
];
