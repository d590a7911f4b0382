import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const EACH = 200;
const FIRST_CREDITS = 500;
const LINES = Array.from({ length: EACH }, (_, index) => index + 1);

test.describe.configure({ mode: 'serial' });

/** What both have to read, given how the two took turns. */
const bothSides = LINES.flatMap((line) => [`alice ${line}`, `bob ${line}`]);

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
  const statesOfAlice = await alice.noteStates();
  for (const line of LINES) {
    await alice.write('bob', `alice ${line}`);
    if (line === 1) await bob.openChat('alice');
    await bob.sees(`alice ${line}`);
    await bob.write('alice', `bob ${line}`);
    await alice.sees(`bob ${line}`);
  }
  await alice.newestIs('delivered', `alice ${EACH}`);
  await bob.newestIs('delivered', `bob ${EACH}`);

  for (const person of [alice, bob]) {
    const shown = await person.readThread();
    expect(shown.map(({ text }) => text)).toEqual(bothSides);
    expect(shown.filter(({ own, state }) => own && state !== 'delivered')).toEqual([]);
    await expect.poll(() => person.balance()).toBe(FIRST_CREDITS - EACH);
  }
  expect(await statesOfAlice()).toEqual(expect.arrayContaining(['sending', 'encrypted', 'accepted', 'delivered']));
  expect(alice.complaints).toEqual([]);
  expect(bob.complaints).toEqual([]);
  await alice.leave();
  await bob.leave();
});

test('bob logs in on a clean browser with his password alone and reads everything', async ({ browser, origin }) => {
  const bob = await Person.withBrowser(browser, origin, 'bob', 'seven herons cross the estuary');
  await bob.logIn();
  await bob.openChat('alice');
  const shown = await bob.readThread();
  expect(shown.map(({ text }) => text)).toEqual(bothSides);
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
