import type { Page } from '@playwright/test';
import { expect, test } from './scripted-app.js';

const sheetOf = (page: Page, name: string) => page.getByRole('dialog', { name });

test('an account is closed with a reason, for a time, and opened again', async ({ app, page }) => {
  await app.open('admin', '/admin/people');
  await page.getByRole('button', { name: 'Look at noor' }).click();
  const sheet = sheetOf(page, 'noor');
  await sheet.getByRole('button', { name: 'Close the account' }).click();
  await expect(sheet.getByText('Say in a few words why.')).toBeVisible();
  await sheet.getByLabel('Until').selectOption('somebody opens it again');
  await sheet.getByLabel('Reason').fill('Advertising to strangers');
  await page.keyboard.press('Enter');
  await expect(sheet.getByText('The account is closed.')).toBeVisible();
  await expect(sheet.getByText('Until somebody opens it again: “Advertising to strangers”')).toBeVisible();
  await sheet.getByRole('button', { name: 'Close', exact: true }).click();
  const row = page.locator('tr[data-user="noor"]');
  await expect(row.getByText('closed')).toBeVisible();
  await page.getByRole('button', { name: 'Look at noor' }).click();
  await sheet.getByLabel('Reason').fill('It was somebody else');
  await sheet.getByRole('button', { name: 'Open the account again' }).click();
  await expect(sheet.getByText('The account is open again.')).toBeVisible();
  await sheet.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(row.getByText('closed')).toHaveCount(0);
});

test('a refusal is said, and nothing has changed', async ({ app, page }) => {
  await app.open('admin', '/admin/people');
  await app.script('refuse', 'banUser', 'unavailable');
  await page.getByRole('button', { name: 'Look at noor' }).click();
  const sheet = sheetOf(page, 'noor');
  await sheet.getByLabel('Reason').fill('Advertising to strangers');
  await page.keyboard.press('Enter');
  await expect(sheet.getByRole('alert')).toContainText('The server does not answer right now.');
  await expect(sheet.getByRole('button', { name: 'Close the account' })).toBeVisible();
});

test('an admin’s account is not offered to be closed', async ({ app, page }) => {
  await app.open('admin', '/admin/people');
  await page.getByRole('button', { name: 'Look at teodor.k' }).click();
  const sheet = sheetOf(page, 'teodor.k');
  await expect(sheet.getByText('closed or deleted once the role was taken')).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Close the account' })).toHaveCount(0);
});

test('whoever lost password and recovery key gets a code, shown once', async ({ app, page }) => {
  await app.open('admin', '/admin/people');
  await page.getByRole('button', { name: 'Look at noor' }).click();
  const sheet = sheetOf(page, 'noor');
  await sheet.getByRole('button', { name: 'Make a code' }).click();
  await expect(sheet.locator('[data-code]')).toHaveText('0123456789ABCDEFGHJKMNPQRS');
  await sheet.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Look at noor' }).click();
  await expect(sheet.locator('[data-code]')).toHaveCount(0);
});

test('whoever is shut out reads why, and until when', async ({ app, page }) => {
  await app.open('signed-out-banned', '/log-in');
  await expect(page.getByText('Log in to read why, and until when.')).toBeVisible();
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill('four unrelated words here');
  await page.keyboard.press('Enter');
  const alert = page.getByRole('alert').filter({ hasText: 'They say' });
  await expect(alert).toContainText('have closed this account until');
  await expect(alert).toContainText('2030');
  await expect(alert).toContainText('“Advertising to strangers”');
});
