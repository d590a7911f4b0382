import type { Browser, Page } from '@playwright/test';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';
import { giveVoice, voiceHeardBy, VOICES, type Voice } from './tones.js';

/** A machine under load takes its time to find paths and to open a hybrid envelope for each. */
const SOON_MS = 45_000;

const layer = (page: Page) => page.locator('sc-call-layer');
const screen = (page: Page) => page.getByRole('dialog', { name: 'Call with' });

async function person(browser: Browser, origin: string, username: string, voice: Voice): Promise<Person> {
  const made = await Person.withBrowser(browser, origin, username, `${username} walks under quiet hills`);
  await giveVoice(made, voice);
  await made.context.grantPermissions(['microphone'], { origin });
  return made;
}

async function isIn(somebody: Person, phase: string): Promise<void> {
  await expect(layer(somebody.page)).toHaveAttribute('data-phase', phase, { timeout: SOON_MS });
}

/** What was heard of the other side since the call began: energy that the browser counted, as the page shows it. */
async function heard({ page }: Person): Promise<number> {
  return Number(await page.locator('sc-person-row').getAttribute('data-energy'));
}

test('alice calls bob: it rings, is proven alike on both sides, sound comes through, muted is silence, and it ends for both', async ({
  browser,
  origin,
}) => {
  test.setTimeout(240_000);
  const alice = await person(browser, origin, 'alice.calls', VOICES.alice);
  const bob = await person(browser, origin, 'bob.calls', VOICES.bob);
  await alice.signUp();
  await bob.signUp();
  await alice.startChat('bob.calls');
  await bob.startChat('alice.calls');

  await alice.page.getByRole('button', { name: 'Call bob.calls' }).click();
  await isIn(bob, 'ringing');
  await bob.page.getByRole('button', { name: 'Accept' }).click();
  for (const somebody of [alice, bob]) await isIn(somebody, 'connected');

  const code = (somebody: Person) => screen(somebody.page).locator('[data-code]').getAttribute('data-code');
  expect((await code(alice))?.split(', ')).toHaveLength(7);
  expect(await code(bob)).toBe(await code(alice));
  await expect(screen(alice.page)).toContainText('sealed twice');

  for (const somebody of [alice, bob])
    await expect.poll(() => heard(somebody), { timeout: SOON_MS }).toBeGreaterThan(0);
  await expect(alice.page.locator('sc-person-row')).toHaveAttribute('data-path', 'direct');
  // each hears the other's voice, and not their own
  await expect.poll(() => voiceHeardBy(bob), { timeout: SOON_MS }).toBe('alice');
  await expect.poll(() => voiceHeardBy(alice), { timeout: SOON_MS }).toBe('bob');

  await screen(alice.page).getByRole('button', { name: 'Mute' }).click();
  await expect(bob.page.getByRole('img', { name: 'alice.calls is muted' })).toBeVisible({ timeout: SOON_MS });
  // what was on its way has come when what is heard stands still
  await expect(async () => {
    const before = await heard(bob);
    await bob.page.waitForTimeout(3_000);
    expect((await heard(bob)) - before).toBeLessThan(1e-6);
  }).toPass({ timeout: SOON_MS });
  await expect.poll(() => voiceHeardBy(bob), { timeout: SOON_MS }).toBe('silence');
  await expect.poll(() => voiceHeardBy(alice), { timeout: SOON_MS }).toBe('bob');

  await screen(bob.page).getByRole('button', { name: 'Hang up' }).click();
  for (const somebody of [alice, bob]) await isIn(somebody, 'ended');
  await expect(layer(alice.page)).toHaveAttribute('data-end', 'hung-up');

  // and the other way round, with a no
  await expect(bob.page.getByRole('button', { name: 'Call alice.calls' })).toHaveAttribute('aria-disabled', 'false');
  await bob.page.getByRole('button', { name: 'Call alice.calls' }).click();
  await isIn(alice, 'ringing');
  await alice.page.getByRole('button', { name: 'Decline' }).click();
  await expect(layer(bob.page)).toHaveAttribute('data-end', 'declined', { timeout: SOON_MS });

  // on two devices of bob's it rings twice, and the one that answers has the call
  const phone = await person(browser, origin, 'bob.calls', VOICES.nobody);
  await phone.logIn();
  await expect(alice.page.getByRole('button', { name: 'Call bob.calls' })).toHaveAttribute('aria-disabled', 'false');
  await alice.page.getByRole('button', { name: 'Call bob.calls' }).click();
  for (const somebody of [bob, phone]) await isIn(somebody, 'ringing');
  await phone.page.getByRole('button', { name: 'Accept' }).click();
  await expect(layer(bob.page)).toHaveAttribute('data-end', 'answered-elsewhere', { timeout: SOON_MS });
  for (const somebody of [alice, phone]) await isIn(somebody, 'connected');
  await expect.poll(() => voiceHeardBy(alice), { timeout: SOON_MS }).toBe('nobody');
  await screen(alice.page).getByRole('button', { name: 'Hang up' }).click();
  await isIn(phone, 'ended');

  // what became of them stands in the chat, at both
  for (const { page } of [alice, bob]) {
    await expect(page.locator('sc-past-call')).toHaveCount(3, { timeout: SOON_MS });
    await expect(page.locator('sc-past-call').nth(1)).toContainText('Call, declined');
  }
  await phone.leave();
  for (const { complaints } of [alice, bob]) expect(complaints).toEqual([]);
  for (const somebody of [alice, bob]) {
    expect(await somebody.keyCalls()).toEqual([]);
    await somebody.leave();
  }
});
