import { PublicIdentity, type Vault } from '@secureconnect/contracts/auth';
import type { Person } from '../../people/person.js';
import { eventually, pause } from '../../waiting/eventually.js';
import type { World } from '../../world/world.js';
import type { Mallory } from '../mallory.js';
import type { HttpAnswer } from '../tamper.js';

/** How long mallory waits for something that must not happen. */
const PATIENCE_MS = 1_500;

export const good = (body: unknown): HttpAnswer => ({ status: 200, body });

/** Somebody logs in through mallory: the person, and the code of a refusal or null. Without `kept`, in a browser that has never seen the account. */
export async function tryLogIn(
  world: World,
  mallory: Mallory,
  who: Pick<Person, 'username' | 'password'>,
  kept: ConstructorParameters<typeof Person>[2] = {},
): Promise<{ readonly person: Person; readonly code: string | null }> {
  const person = world.person(who.username, mallory.place, { password: who.password, ...kept });
  const outcome = await person.tryLogIn();
  return { person, code: outcome.ok ? null : outcome.code };
}

/** Serves the vault changed. */
export function serveVault(mallory: Mallory, change: (vault: Vault) => unknown): void {
  mallory.tamper = {
    ...mallory.tamper,
    answer: async (request, answer) =>
      request.method === 'GET' && request.route === 'auth/vault' && answer.status === 200
        ? good(await change(answer.body as Vault))
        : answer,
  };
}

/** Once the client has written its vault, has had the answer, and nothing more of it is on its way. */
export async function vaultWritten(mallory: Mallory): Promise<void> {
  const writes = () => mallory.bodiesOf('PUT auth/vault').length;
  await eventually(writes, (count) => count > 0);
  for (let before = 0; before < writes();) {
    before = writes();
    await pause(400);
  }
}

/** Serves another identity under somebody's id and name. */
export function serveIdentity(
  mallory: Mallory,
  of: { readonly userId: string; readonly username: string },
  change: (real: PublicIdentity) => unknown,
): void {
  const routes = [`auth/users/${of.userId}`, `auth/users/by-name/${of.username}`];
  mallory.tamper = {
    ...mallory.tamper,
    answer: ({ route }, answer) =>
      routes.includes(route) && answer.status === 200 ? good(change(answer.body as PublicIdentity)) : answer,
  };
}

/** How many requests to a route there were. */
export function posts(mallory: Mallory, route: string): number {
  return mallory.bodiesOf(`POST ${route}`).length;
}

/** Whether it comes to pass while mallory has patience. */
export async function comesToPass<T>(
  look: () => T | Promise<T>,
  isSo: (found: T) => boolean,
  withinMs = PATIENCE_MS,
): Promise<boolean> {
  return eventually(look, isSo, withinMs).then(
    () => true,
    () => false,
  );
}

/** What the real directory says of a user. */
export async function publishedBy(asker: Person, authUrl: string, userId: string): Promise<PublicIdentity> {
  const answer = await asker.jar.fetch(`${authUrl}/users/${userId}`, { method: 'GET' });
  return PublicIdentity.parse(await answer.json());
}

/** Everything in a person's thread that is no text: what the person sees of an attack. null: nothing. */
export function marksIn(words: readonly string[]): string | null {
  const marks = words.filter((word) => word.startsWith('['));
  return marks.length === 0 ? null : marks.join(' ');
}
