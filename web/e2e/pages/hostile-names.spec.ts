import type { Page } from '@playwright/test';
import { HOSTILE } from '../spoken.js';
import { expect, test } from './scripted-app.js';

/** What a name, a quote or a symbol would have to bring into the page to do anything. */
const INTRUDERS =
  'img, iframe, object, embed, svg style, a[href^="javascript"], a[href^="data"], [onerror], [onload], [srcdoc]';

async function isHarmless(page: Page): Promise<void> {
  expect(await page.locator(INTRUDERS).count()).toBe(0);
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
}

test.beforeEach(async ({ app, page }) => {
  page.on('request', (request) => {
    if (!request.url().startsWith(app.origin)) app.complaints.push(`asked for ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    app.complaints.push(dialog.message());
    void dialog.dismiss();
  });
  await app.open('hostile-names');
  await expect(page.getByRole('option').first()).toBeVisible();
});
test.afterEach(async ({ app, page }) => {
  await isHarmless(page);
  expect(app.complaints).toEqual([]);
});

test('[T-62] a person, a quote and a reaction are text in list, header, thread and composer', async ({ page }) => {
  for (const payload of HOSTILE) {
    const [line = ''] = payload.split('\n');
    await page.getByRole('combobox', { name: 'Search chats' }).fill(line);
    const row = page
      .getByRole('option')
      .filter({ has: page.locator('.first').getByText(payload.replaceAll('\n', ' '), { exact: true }) });
    await row.last().click();
    await expect(page.locator('sc-thread-page h2')).toHaveText(payload);
    await expect(page.locator('sc-quote .words')).toHaveText(payload);
    await expect(page.locator('.reaction bdi')).toHaveText(payload.slice(0, 8).trim());
    await isHarmless(page);
  }
});

test('[T-62] in the sheet of keys, and in questions', async ({ page }) => {
  await page.getByRole('combobox', { name: 'Search chats' }).fill(HOSTILE[0]!);
  await page.getByRole('option').last().click();
  await page.getByRole('button', { name: /^Keys of / }).click();
  await expect(page.getByRole('dialog').getByRole('heading').first()).toContainText(HOSTILE[0]!);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More about this message' }).first().press('Enter');
  await page.getByRole('menuitem', { name: 'Reply' }).press('Enter');
  await expect(page.getByText('Replying to')).toContainText(HOSTILE[0]!);
});

test('[T-62] in a group: authors, what happened, members, who types', async ({ app, page }) => {
  await page.getByRole('option').first().click();
  const name = HOSTILE.join(' ');
  await expect(page.locator('sc-thread-page h2')).toHaveText(name);
  for (const payload of HOSTILE.slice(-4)) {
    await app.script('typeIn', name, payload, true);
    await expect(page.locator('sc-company-line')).toContainText('typing');
    await app.script('typeIn', name, payload, false);
  }
  await page.getByRole('region', { name: 'Messages with' }).press('Home');
  await expect(page.locator('sc-event-line, .author').first()).toBeVisible();
  await isHarmless(page);
  await page.getByRole('button', { name: 'About this group' }).click();
  for (const payload of HOSTILE)
    await expect(page.locator('[data-member]', { hasText: payload.trim() }).first()).toBeVisible();
  await page.locator('[data-member]').first().click();
  await page.getByRole('button', { name: /^Remove </ }).click();
  await expect(page.getByRole('heading', { name: /^Remove .* from this group\?/ })).toBeVisible();
});

test('[T-62] in a request, among the blocked, and where one jumps', async ({ page }) => {
  await page.getByRole('option').nth(1).click();
  await expect(page.getByRole('region', { name: 'wants to write with you' })).toContainText(HOSTILE[1]!);
  await page.getByRole('option').nth(2).click();
  await expect(page.getByRole('region', { name: 'You have blocked' })).toContainText(HOSTILE[0]!);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('listbox', { name: 'Chats' }).last().getByRole('option').first()).toBeVisible();
});

test('[T-62] a device and a blocked person on the account’s page', async ({ app, page }) => {
  await app.open('hostile-names', '/account');
  for (const payload of HOSTILE) {
    await expect(page.locator('.name', { hasText: payload.trim() }).first()).toBeVisible();
  }
  await page
    .getByRole('button', { name: /^Revoke </ })
    .first()
    .click();
  await expect(page.getByRole('dialog')).toContainText(HOSTILE[0]!);
});

test('[T-62] what arrives is said as text', async ({ app, page }) => {
  await app.script('receive', HOSTILE[1]!, HOSTILE[0]!);
  await expect(page.locator('.cdk-live-announcer-element')).toHaveText(`${HOSTILE[1]}: ${HOSTILE[0]}`);
});
