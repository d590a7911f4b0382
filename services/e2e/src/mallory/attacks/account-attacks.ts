import type { Vault } from '@secureconnect/contracts/auth';
import type { UserId } from '@secureconnect/contracts/ids';
import type * as standings from '@secureconnect/client/conversations/standing';
import type * as apis from '@secureconnect/client/http/auth-api';
import type * as numbers from '@secureconnect/crypto/identity/safety-number';
import type * as opening from '@secureconnect/crypto/vault/open-vault';
import type * as unlocking from '@secureconnect/crypto/vault/slots';
import { must } from '../../people/person.js';
import { userIdOf } from '../deceived-pair.js';
import { falseIdentityOf } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf } from './attack.js';
import { comesToPass, good, serveIdentity, serveVault, tryLogIn, vaultWritten } from './scenes.js';

/** A vault counts, whatever this device has seen before. */
const noMemory = defencesOf<typeof opening>('@secureconnect/crypto/vault/open-vault').no(
  'openVault',
  (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
    real(p, { ...input, remembered: null }),
);

/** What a person does to an account, and a server that does something else. */
export const ACCOUNT_ATTACKS: readonly Attack[] = [
  {
    row: 19,
    name: 'a password that is changed for show, under the old vault',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice', mallory.place);
      const { session } = (await (
        await alice.jar.fetch(`${world.endpoints().auth}/refresh`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      ).json()) as { session: object };
      let old: Vault | null = null;
      let taken: { authSecret: string; serverShare: string } | null = null;
      mallory.tamper = {
        instead: ({ route, body }) => {
          if (route === 'auth/password') {
            taken = body as typeof taken;
            return good({ session });
          }
          if (taken === null) return undefined;
          // As if the new password were the account's.
          const { authSecret } = (body ?? {}) as { authSecret?: string };
          if (route === 'auth/login' && authSecret === taken.authSecret)
            return good({ session, serverShare: taken.serverShare });
          return route === 'auth/vault' ? good({ ...old!, seq: 99 }) : undefined;
        },
        answer: ({ method, route }, answer) => {
          if (method === 'GET' && route === 'auth/vault' && answer.status === 200) old = answer.body as Vault;
          return answer;
        },
      };
      const outcome = await alice.messenger.changePassword({
        current: alice.password,
        next: 'another password that is long',
        known: false,
      });
      const harm = outcome.ok ? 'alice thinks that the old password opens nothing' : null;
      return { harm, shown: outcome.ok ? null : outcome.code };
    },
    // Held twice: the vault that is read again may not be older, and must open to the new password.
    without: [
      noMemory,
      defencesOf<typeof unlocking>('@secureconnect/crypto/vault/slots').no('unlockVault', () => async () => null),
    ],
  },
  {
    row: 20,
    name: 'a session of somebody else that outlives the change of the password',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice', mallory.place);
      const strange = { sessionId: '20'.repeat(16), deviceId: null, current: false };
      mallory.tamper = {
        answer: ({ method, route }, answer) => {
          if (method !== 'GET' || route !== 'auth/sessions' || answer.status !== 200) return answer;
          const { sessions } = answer.body as { sessions: readonly object[] };
          return good({ sessions: [...sessions, { ...sessions[0], ...strange }] });
        },
      };
      const outcome = await alice.messenger.changePassword({
        current: alice.password,
        next: 'another password that is long',
        known: true,
      });
      const isAlarmed = alice.alarms.includes('server-answer-refused');
      const harm = outcome.ok ? 'alice thinks that she is alone' : null;
      return { harm, shown: isAlarmed && !outcome.ok ? outcome.code : null };
    },
    // Whatever other sessions the server tells of are not looked at.
    without: [
      defencesOf<typeof apis>('@secureconnect/client/http/auth-api').no(
        'AuthApi',
        (real) =>
          class extends real {
            override async sessions() {
              const { sessions } = await super.sessions();
              return { sessions: sessions.filter(({ current }) => current) };
            }
          },
      ),
    ],
  },
  {
    row: 24,
    name: 'the list of blocked people of last week',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice');
      const bob = await world.newcomer('bob');
      let old: Vault | null = null;
      serveVault(mallory, (vault) => (old = vault));
      const { person: device } = await tryLogIn(world, mallory, alice);
      await device.connected();
      mallory.tamper = {};
      await device.open(bob.username);
      must(await device.messenger.block((await userIdOf(bob)) as UserId));
      await vaultWritten(mallory);
      await device.messenger.logOut();
      serveVault(mallory, () => old);
      const { person, code } = await tryLogIn(world, mallory, alice, { storage: device.storage });
      const isAlarmed = person.alarms.includes('vault-rolled-back');
      return { harm: code === null ? 'bob is no longer blocked' : null, shown: isAlarmed ? code : null };
    },
    without: [noMemory],
  },
  {
    row: 25,
    name: 'other keys at first contact',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const [alice, bob] = [await world.newcomer('alice', mallory.place), await world.newcomer('bob')];
      const [aliceId, userId] = (await Promise.all([alice, bob].map(userIdOf))) as [UserId, UserId];
      const { published } = await falseIdentityOf(userId, bob.username);
      serveIdentity(mallory, { userId, username: bob.username }, () => published);
      await alice.open(bob.username);
      await bob.conversationWith(alice.username);
      const hers = must(await alice.messenger.safetyCode(userId));
      const his = must(await bob.messenger.safetyCode(aliceId));
      return { harm: null, shown: hers.digits === his.digits ? null : 'their safety numbers differ' };
    },
    without: [
      defencesOf<typeof numbers>('@secureconnect/crypto/identity/safety-number').no(
        'safetyNumber',
        () => async () => '0'.repeat(60),
      ),
    ],
  },
  {
    row: 98,
    name: 'a stranger who wants to know whether bob is there',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const bob = world.person(world.name('bob'), mallory.place, { acceptsRequests: false });
      await bob.signUp();
      const stranger = await world.newcomer('stranger');
      await stranger.open(bob.username);
      await stranger.say(bob.username, 'are you there?');
      await comesToPass(
        () => bob.thread(stranger.username),
        (thread) => thread.length > 0,
      );
      const isTold = await comesToPass(
        () => mallory.heard.some((bytes) => bytes.toString() === 'message:delivered'),
        (found) => found,
        800,
      );
      return { harm: isTold ? 'the stranger has a receipt' : null, shown: null };
    },
    without: [
      defencesOf<typeof standings>('@secureconnect/client/conversations/standing').no('standingOf', () => () => 'open'),
    ],
  },
];
