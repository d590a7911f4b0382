import type { Locator } from '@playwright/test';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const ALICE = 'alice.ways-back';
const BOB = 'bob.ways-back';
const FIRST = 'paper lantern under quiet hills';
const SECOND = 'copper kettle beside the window';
const THIRD = 'nine otters crossing wide river';
const LOGGED_OUT = 'This device was logged out from somewhere else.';

/** Makes a recovery key as its owner would: shown once, typed back from paper. */
async function makeRecoveryKey({ page, password }: Person): Promise<string> {
  await page.goto('/account');
  await expect(page.getByText('No recovery key is set yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Make a recovery key' }).click();
  await page.locator('#recovery-password').fill(password);
  await page.getByRole('button', { name: 'Show the key' }).click();
  const key = (await page.locator('p.key').innerText()).trim();
  await page.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByText(key)).toHaveCount(0);
  await page.locator('#typed-key').fill(key.slice(0, -1));
  await page.getByRole('button', { name: 'Set this key' }).click();
  await expect(page.locator('#typed-key')).toHaveAttribute('aria-invalid', 'true');
  await page.locator('#typed-key').fill(key.toLowerCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: 'Set this key' }).click();
  await expect(page.getByText('Your recovery key is set.')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  return key;
}

async function recover({ page, username, password }: Person, key: string): Promise<void> {
  await page.locator('#username').fill(username);
  await page.locator('#recovery-key').fill(key);
  await page.locator('#next').fill(password);
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Open my account' }).click();
}

async function changePassword({ page, password }: Person, next: string): Promise<void> {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.locator('#current').fill(password);
  await page.locator('#next').fill(next);
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Somebody else may know my password' }).check();
  await page.getByRole('button', { name: 'Change it' }).click();
  await expect(page.getByText('Your password is changed and all other devices are logged out.')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
}

const devicesOf = ({ page }: Person): Locator => page.locator('sc-devices-section li');

test('alice loses her password, a device and a tab, and neither her account nor a message', async ({
  browser,
  origin,
}) => {
  test.setTimeout(240_000);
  const alice = await Person.withBrowser(browser, origin, ALICE, FIRST);
  const bob = await Person.withBrowser(browser, origin, BOB, 'seven herons cross the estuary');
  await alice.signUp();
  await bob.signUp();
  await alice.startChat(BOB);
  await alice.write(BOB, 'before all this');
  await bob.startChat(ALICE);
  await bob.sees('before all this');
  await bob.write(ALICE, 'keep this');
  await alice.sees('keep this');

  // the way back, on a browser that knows nothing
  const key = await makeRecoveryKey(alice);
  const clean = await Person.withBrowser(browser, origin, ALICE, SECOND);
  await clean.page.goto('/log-in');
  await clean.page.getByRole('link', { name: 'Forgot your password?' }).click();
  await recover(clean, key.slice(0, -1));
  await expect(clean.page.getByRole('alert')).toBeVisible();
  await recover(clean, key);
  await clean.isInside();
  await clean.openChat(BOB);
  await clean.sees('before all this');
  await clean.sees('keep this');
  await clean.write(BOB, 'back with the key');
  await bob.sees('back with the key');

  // both browsers are devices, with names that only they know
  await clean.page.goto('/account');
  await expect(devicesOf(clean)).toHaveCount(2);
  const other = devicesOf(clean).filter({ hasNotText: 'This device' });
  await other.getByRole('button', { name: 'Rename' }).click();
  await clean.page.getByLabel('Name of this device').fill('The lost phone');
  await clean.page.getByRole('button', { name: 'Save' }).click();
  await expect(other).toContainText('The lost phone');
  await alice.page.goto('/account');
  await expect(devicesOf(alice).filter({ hasText: 'The lost phone' })).toContainText('This device');

  // one of them is lost: its page says so at once
  await clean.page.getByRole('button', { name: 'Revoke The lost phone' }).click();
  await clean.page.getByRole('button', { name: 'Revoke', exact: true }).last().click();
  await expect(alice.page.getByText(LOGGED_OUT)).toBeVisible({ timeout: 30_000 });
  await expect(alice.page.locator('sc-chat-list')).toHaveCount(0);
  await expect(devicesOf(clean).filter({ hasText: 'The lost phone' })).toContainText('Revoked');

  // the old password is no use any more, and who knew the new one is sent away by another change
  await alice.page.goto('/log-in');
  await alice.page.getByLabel('Username').fill(ALICE);
  await alice.page.getByLabel('Password').fill(FIRST);
  await alice.page.getByRole('button', { name: 'Log in' }).click();
  await expect(alice.page.getByRole('alert')).toContainText('Username or password is not right');
  const thief = await Person.withBrowser(browser, origin, ALICE, SECOND);
  await thief.logIn();
  await changePassword(clean, THIRD);
  await expect(thief.page.getByText(LOGGED_OUT)).toBeVisible({ timeout: 30_000 });
  const home = await Person.withBrowser(browser, origin, ALICE, THIRD);
  await home.logIn();
  await home.openChat(BOB);
  await home.sees('keep this');
  await home.write(BOB, 'everything is here');
  await bob.sees('everything is here');
  for (const person of [alice, bob, clean, thief, home]) expect(person.complaints).toEqual([]);
  await Promise.all([alice, bob, clean, thief, home].map((person) => person.leave()));
});

test('two tabs are one device, and write in one sequence', async ({ browser, origin }) => {
  test.setTimeout(180_000);
  const alice = await Person.withBrowser(browser, origin, 'alice.two-tabs', FIRST);
  const bob = await Person.withBrowser(browser, origin, 'bob.two-tabs', SECOND);
  await alice.signUp();
  await bob.signUp();
  await alice.startChat(bob.username);
  await alice.write(bob.username, 'from the first tab, 0');
  await bob.startChat(alice.username);
  const second = await alice.anotherTab();
  await second.page.goto('/chats');
  await second.isInside();
  await second.openChat(bob.username);
  const lines = (tab: string) => Array.from({ length: 8 }, (_, index) => `from the ${tab} tab, ${index + 1}`);
  await Promise.all([alice.writeAll(bob.username, lines('first')), second.writeAll(bob.username, lines('second'))]);
  for (const text of ['from the first tab, 8', 'from the second tab, 8']) {
    for (const person of [alice, second, bob]) await person.sees(text);
  }
  const read = (await bob.readThread()).map(({ text }) => text);
  expect(read.filter((text) => text.includes('first'))).toEqual(['from the first tab, 0', ...lines('first')]);
  expect(read.filter((text) => text.includes('second'))).toEqual(lines('second'));
  await expect(bob.page.getByText(/missing here|could not be verified/)).toHaveCount(0);
  await second.page.goto('/account');
  await expect(devicesOf(second)).toHaveCount(1);
  for (const person of [alice, second, bob]) expect(person.complaints).toEqual([]);
  await alice.leave();
  await bob.leave();
});
