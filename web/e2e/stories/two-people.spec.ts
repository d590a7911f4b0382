import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const EACH = 200;
const FIRST_CREDITS = 500;
const LINES = Array.from({ length: EACH }, (_, index) => index + 1);

test.describe.configure({ mode: 'serial' });

/** The order in which both have read it. */
let history: readonly string[] = [];

const linesOf = (person: string) => LINES.map((line) => `${person} ${line}`);

test('alice and bob exchange 200 messages each through two gateways: in order, none twice, each paid for once', async ({
  browser,
  origin,
}) => {
  test.setTimeout(300_000);
  const alice = await Person.withBrowser(browser, origin, 'alice', 'paper lantern under quiet hills');
  const bob = await Person.withBrowser(browser, origin, 'bob', 'seven herons cross the estuary');
  await alice.signUp();
  await bob.signUp();
  expect(await alice.balance()).toBe(FIRST_CREDITS);
  await bob.moveAwayFrom(await alice.replica());
  expect(await bob.replica()).not.toBe(await alice.replica());

  await alice.startChat('bob');
  await alice.write('bob', 'alice 1');
  // she is a stranger to him: he reads her when he wants to talk with her
  await bob.startChat('alice');
  await bob.sees('alice 1');
  const statesOfAlice = await alice.noteStates();
  // both write as fast as they can, at the same time
  await Promise.all([alice.writeAll('bob', linesOf('alice').slice(1)), bob.writeAll('alice', linesOf('bob'))]);
  await alice.newestIs('read', `alice ${EACH}`);
  await bob.newestIs('read', `bob ${EACH}`);

  const [readByAlice, readByBob] = [await alice.readThread(), await bob.readThread()];
  history = readByAlice.map(({ text }) => text);
  expect(history.filter((text) => text.startsWith('alice'))).toEqual(linesOf('alice'));
  expect(history.filter((text) => text.startsWith('bob'))).toEqual(linesOf('bob'));
  expect(readByBob.map(({ text }) => text)).toEqual(history);
  for (const shown of [readByAlice, readByBob]) {
    expect(shown.filter(({ own, state }) => own && state !== 'read')).toEqual([]);
  }
  for (const person of [alice, bob]) await expect.poll(() => person.balance()).toBe(FIRST_CREDITS - EACH);
  expect(await statesOfAlice()).toEqual(
    expect.arrayContaining(['sending', 'encrypted', 'accepted', 'delivered', 'read']),
  );
  for (const person of [alice, bob]) {
    expect(person.complaints).toEqual([]);
    expect(await person.keyCalls()).toEqual([]);
    expect(person.page.workers().map((worker) => new URL(worker.url()).origin)).toEqual([origin]);
  }
  await alice.leave();
  await bob.leave();
});

test('bob logs in on a clean browser with his password alone and reads everything', async ({ browser, origin }) => {
  const bob = await Person.withBrowser(browser, origin, 'bob', 'seven herons cross the estuary');
  await bob.logIn();
  await bob.openChat('alice');
  const shown = await bob.readThread();
  expect(shown.map(({ text }) => text)).toEqual(history);
  expect(await bob.balance()).toBe(FIRST_CREDITS - EACH);
  expect(bob.complaints).toEqual([]);
  await bob.leave();
});

test('a wrong password is refused in words, and nothing is opened', async ({ browser, origin }) => {
  const mallory = await Person.withBrowser(browser, origin, 'bob', 'not the password of bob at all');
  await mallory.page.goto('/log-in');
  await mallory.page.getByLabel('Username').fill('bob');
  await mallory.page.getByLabel('Password').fill(mallory.password);
  await mallory.page.getByRole('button', { name: 'Log in' }).click();
  await expect(mallory.page.getByRole('alert')).toContainText('Username or password is not right');
  await expect(mallory.page.locator('sc-chat-list')).toHaveCount(0);
  await mallory.leave();
});
