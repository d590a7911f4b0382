import type { Page } from '@playwright/test';
import { hears, makeChoir, rings, singer, SOON_MS } from './choir.js';
import type { Person } from './person.js';
import { expect, test } from './running-stack.js';

const GROUP = 'Choir';

const screen = (page: Page) => page.getByRole('dialog', { name: `Call with ${GROUP}` });

const code = ({ page }: Person, { username }: Person) =>
  screen(page).locator('sc-code-card').filter({ hasText: username }).locator('[data-code]').getAttribute('data-code');

test('a group of four talks: two answer, one comes late, one leaves and is heard no more, and the last ends it', async ({
  browser,
  origin,
}) => {
  test.setTimeout(300_000);
  const [alice, bob, carol, dave] = (await Promise.all(
    ['alice.sings', 'bob.sings', 'carol.sings', 'dave.sings'].map(async (name) => {
      const somebody = await singer(browser, origin, name);
      await somebody.signUp();
      return somebody;
    }),
  )) as [Person, Person, Person, Person];
  const others = [bob, carol, dave];
  await makeChoir([alice, ...others], GROUP);

  await alice.page.getByRole('button', { name: `Call ${GROUP}` }).click();
  for (const { page } of others) await rings(page);
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
