import type { Browser, Page } from '@playwright/test';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';

/** A machine under load takes its time to find paths and to open a hybrid envelope for each. */
const SOON_MS = 60_000;
const GROUP = 'Choir';

const layer = (page: Page) => page.locator('sc-call-layer');
const screen = (page: Page) => page.getByRole('dialog', { name: `Call with ${GROUP}` });

async function person(browser: Browser, origin: string, username: string): Promise<Person> {
  const made = await Person.withBrowser(browser, origin, username, `${username} sings under quiet hills`);
  await made.context.grantPermissions(['microphone'], { origin });
  await made.signUp();
  return made;
}

/** Everybody of these is heard now: energy that the browser counts of what comes, as the page shows it, rises. Nobody else is there. */
async function hears({ page }: Person, others: readonly Person[]): Promise<void> {
  await expect(page.locator('sc-person-row')).toHaveCount(others.length, { timeout: SOON_MS });
  for (const { username } of others) {
    const row = page.locator(`sc-person-row[data-person="${username}"]`);
    const energy = async () => Number(await row.getAttribute('data-energy'));
    const before = await energy();
    await expect.poll(energy, { timeout: SOON_MS }).toBeGreaterThan(before);
  }
}

const code = ({ page }: Person, { username }: Person) =>
  screen(page).locator('sc-code-card').filter({ hasText: username }).locator('[data-code]').getAttribute('data-code');

test('a group of four talks: two answer, one comes late, one leaves and is heard no more, and the last ends it', async ({
  browser,
  origin,
}) => {
  test.setTimeout(300_000);
  const [alice, bob, carol, dave] = (await Promise.all(
    ['alice.sings', 'bob.sings', 'carol.sings', 'dave.sings'].map((name) => person(browser, origin, name)),
  )) as [Person, Person, Person, Person];
  const others = [bob, carol, dave];
  // whom one knows may take one into a group
  await Promise.all(others.map((somebody) => somebody.startChat(alice.username)));
  await alice.page.getByRole('button', { name: 'New group' }).click();
  // the dialog puts the focus there when it has opened; whoever types before that types into two fields
  await expect(alice.page.getByLabel('Name of the group')).toBeFocused();
  await alice.page.getByLabel('Name of the group').fill(GROUP);
  await alice.page.locator('#names').pressSequentially(`${others.map(({ username }) => username).join(' ')} `);
  await expect(alice.page.getByRole('dialog').getByRole('row')).toHaveCount(others.length);
  await alice.page.getByRole('button', { name: 'Make the group' }).click();
  for (const { page } of others) {
    await page.locator(`[data-peer="${GROUP}"]`).click({ timeout: SOON_MS });
    await expect(page.getByRole('button', { name: `Call ${GROUP}` })).toBeVisible({ timeout: SOON_MS });
  }

  await alice.page.getByRole('button', { name: `Call ${GROUP}` }).click();
  for (const { page } of others)
    await expect(layer(page)).toHaveAttribute('data-phase', 'ringing', { timeout: SOON_MS });
  await dave.page.getByRole('button', { name: 'Decline' }).click();
  for (const { page } of [bob, carol]) await page.getByRole('button', { name: 'Accept' }).click();
  await Promise.all([hears(alice, [bob, carol]), hears(bob, [alice, carol]), hears(carol, [alice, bob])]);
  await expect(screen(alice.page)).toContainText('sealed twice');
  for (const { page } of [alice, bob, carol]) await page.getByText('Compare with each of them').click();
  expect((await code(bob, carol))?.split(', ')).toHaveLength(7);
  expect(await code(carol, bob)).toBe(await code(bob, carol));
  expect(await code(alice, bob)).not.toBe(await code(alice, carol));

  // dave comes late, from the group's thread
  await dave.page.getByRole('button', { name: 'Join the call' }).click({ timeout: SOON_MS });
  await Promise.all([hears(dave, [alice, bob, carol]), hears(alice, others), hears(bob, [alice, carol, dave])]);

  // who began it leaves; the others go on
  await screen(alice.page).getByRole('button', { name: 'Hang up' }).click();
  await Promise.all([hears(bob, [carol, dave]), hears(dave, [bob, carol])]);
  for (const { page } of [bob, carol]) await screen(page).getByRole('button', { name: 'Hang up' }).click();
  await expect(screen(dave.page)).toContainText('Nobody else is in the call now.', { timeout: SOON_MS });
  await expect(alice.page.getByRole('button', { name: 'Join the call' })).toBeVisible({ timeout: SOON_MS });
  await screen(dave.page).getByRole('button', { name: 'Hang up' }).click();
  await expect(alice.page.getByRole('button', { name: 'Join the call' })).toHaveCount(0, { timeout: SOON_MS });
  for (const somebody of [alice, bob, carol, dave]) {
    expect(somebody.complaints).toEqual([]);
    expect(await somebody.keyCalls()).toEqual([]);
    await somebody.leave();
  }
});
