import type { Locator, Page } from '@playwright/test';
import { HOSTILE } from '../spoken.js';
import { expect, test } from './scripted-app.js';

const composerOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Message to' });
const bubbleOf = (page: Page, text: string | RegExp): Locator =>
  page.locator('sc-message-bubble').filter({ has: page.locator('.body', { hasText: text }) });
const menuOf = async (page: Page, text: string | RegExp): Promise<void> =>
  bubbleOf(page, text).getByRole('button', { name: 'More about this message' }).press('Enter');

test.describe('with a message', () => {
  test.beforeEach(async ({ app }) => {
    await app.open('talk');
    await app.openChat('mara');
  });
  test.afterEach(({ app }) => expect(app.complaints).toEqual([]));

  test('one answers it, and the answer carries what it answers', async ({ page }) => {
    await menuOf(page, /Then I bring the tarp/);
    await page.getByRole('menuitem', { name: 'Reply' }).press('Enter');
    await expect(composerOf(page)).toBeFocused();
    await expect(page.getByText('Replying to mara')).toBeVisible();
    await composerOf(page).fill('A good plan.');
    await composerOf(page).press('Enter');
    await expect(page.getByText('Replying to mara')).toHaveCount(0);
    await expect(bubbleOf(page, 'A good plan.').locator('sc-quote')).toContainText('Then I bring the tarp');
  });

  test('Escape leaves an answer before it leaves the chat', async ({ page }) => {
    await menuOf(page, /Then I bring the tarp/);
    await page.getByRole('menuitem', { name: 'Reply' }).press('Enter');
    await composerOf(page).press('Escape');
    await expect(page.getByText('Replying to mara')).toHaveCount(0);
    await expect(page).toHaveURL(/chats\/[0-9a-f]{32}$/);
    await composerOf(page).press('Escape');
    await expect(page).toHaveURL(/chats$/);
  });

  test('an own one is changed from the keyboard, and a draft stays beside it', async ({ page }) => {
    await menuOf(page, /please do not forget the maps/);
    await page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
    await expect(composerOf(page)).toHaveValue('And please do not forget the maps this time.');
    await composerOf(page).fill('And the maps.');
    await composerOf(page).press('Enter');
    await expect(bubbleOf(page, 'And the maps.')).toContainText('Edited');
    await expect(composerOf(page)).toHaveValue('');
  });

  test('what could not be changed stays where it was written, with the reason', async ({ app, page }) => {
    await app.script('refuse', 'edit', 'insufficient-credits');
    await menuOf(page, /please do not forget the maps/);
    await page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
    await composerOf(page).fill('And the maps.');
    await composerOf(page).press('Enter');
    await expect(composerOf(page)).toHaveValue('And the maps.');
    await expect(page.getByText('You have no credits left.')).toBeVisible();
  });

  test('an own one is deleted for everyone after a question, and somebody else’s cannot be', async ({ page }) => {
    await menuOf(page, /Then I bring the tarp/);
    await expect(page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Delete for everyone' })).toHaveCount(0);
    await expect(page.getByRole('menuitem', { name: 'Edit' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await menuOf(page, /please do not forget the maps/);
    await page.getByRole('menuitem', { name: 'Delete for everyone' }).press('Enter');
    await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByText('please do not forget the maps this time')).toHaveCount(0);
    await expect(page.getByText('This message was deleted.')).toHaveCount(2);
  });

  test('a reaction is set, and taken back by a second press', async ({ page }) => {
    await menuOf(page, /Then I bring the tarp/);
    await page.getByRole('menuitem', { name: 'React with 👍' }).press('Enter');
    const reaction = bubbleOf(page, /Then I bring the tarp/).getByRole('button', { name: '👍, 1 person, you too' });
    await expect(reaction).toHaveAttribute('aria-pressed', 'true');
    await reaction.click();
    await expect(reaction).toHaveCount(0);
  });

  test('[T-55] a quote says when it is not what was written, or when that is not here', async ({ page }) => {
    await expect(bubbleOf(page, 'I would never').locator('sc-quote')).toContainText(
      'What is quoted here is not what was written.',
    );
    await expect(page.getByText('The message that this answers is not on this device.')).toBeVisible();
  });
});

test.describe('of a stranger', () => {
  test('nothing is shown before one accepts', async ({ app, page }) => {
    await app.open('requests');
    await expect(page.locator('[data-peer="stranger.9"]')).toContainText('Wants to write with you');
    await app.openChat('stranger.9');
    await expect(page.getByRole('region', { name: 'stranger.9 wants to write with you' })).toBeVisible();
    await expect(composerOf(page)).toHaveCount(0);
    await page.getByRole('button', { name: 'Accept' }).click();
    await expect(composerOf(page)).toBeVisible();
  });

  test('who is blocked can be let in again', async ({ app, page }) => {
    await app.open('requests');
    await app.openChat('stranger.9');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await expect(page.getByRole('region', { name: 'You have blocked stranger.9' })).toBeVisible();
    await page.getByRole('button', { name: 'Unblock' }).click();
    await expect(composerOf(page)).toBeVisible();
  });

  test('a refusal is said in words and changes nothing', async ({ app, page }) => {
    await app.open('requests');
    await app.script('refuse', 'acceptRequest', 'offline');
    await app.openChat('stranger.9');
    await page.getByRole('button', { name: 'Accept' }).click();
    await expect(page.getByRole('alert')).toContainText('Offline.');
    await expect(composerOf(page)).toHaveCount(0);
  });
});

test('[T-62] [T-63] nothing that is written runs, and no request leaves the page for it', async ({ app, page }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(app.origin)) foreign.push(request.url());
  });
  await app.open('hostile');
  await app.openChat('mallory');
  await expect(page.locator('sc-message-bubble')).toHaveCount(HOSTILE.length);
  for (const link of await page.locator('sc-message-text a').all()) {
    await link.hover();
    expect(await link.getAttribute('href')).toMatch(/^https?:\/\/evil\.example\//);
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  }
  const elements = await page
    .locator('sc-message-text *')
    .evaluateAll((found) => [...new Set(found.map(({ tagName }) => tagName))]);
  expect(elements.filter((name) => !['SPAN', 'CODE', 'A'].includes(name))).toEqual([]);
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(foreign).toEqual([]);
  expect(app.complaints).toEqual([]);
});

test('who has an own message in a group is told by name, and what was signed', async ({ app, page }) => {
  await app.open('groups');
  await app.openChat('Lake weekend');
  await menuOf(page, 'Gas station on 40');
  await page.getByRole('menuitem', { name: 'Who has it' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Who has this message' });
  await expect(dialog.locator('[data-reach="read"]')).toContainText('Read by 1');
  await expect(dialog.locator('[data-reach="delivered"]').getByRole('listitem')).toHaveCount(1);
  await expect(dialog.locator('[data-reach="waiting"]').getByRole('listitem')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await app.script('refuse', 'reach', 'unavailable');
  await menuOf(page, 'Gas station on 40');
  await page.getByRole('menuitem', { name: 'Who has it' }).press('Enter');
  await expect(dialog.getByRole('alert')).toBeVisible();
});
