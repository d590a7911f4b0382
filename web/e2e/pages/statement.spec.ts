import { readFile } from 'node:fs/promises';
import { expect, test } from './scripted-app.js';

test.describe('the statement', () => {
  test('says that it was checked here, and lists the newest lines first', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    await expect(page.locator('[data-verdict="checked"]')).toContainText('Checked on this device');
    const lines = page.getByRole('list', { name: 'Lines of your account' }).getByRole('listitem');
    await expect(lines).toHaveCount(20);
    await expect(lines.first()).toContainText('12 left');
    await expect(page.locator('[data-shown]')).toContainText('1–20 of ');
  });

  test('is turned page by page to the credits to begin with, and back', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    const shown = page.locator('[data-shown]');
    await expect(shown).toContainText('1–20 of ');
    await expect(page.getByRole('button', { name: 'Newer lines' })).toBeDisabled();
    const total = Number(/of ([\d,]+)/.exec(await shown.innerText())![1]!.replace(',', ''));
    const older = page.getByRole('button', { name: 'Older lines' });
    for (let from = 21; from <= total; from += 20) {
      await older.click();
      await expect(shown).toContainText(`${from}–`);
    }
    await expect(older).toBeDisabled();
    await expect(page.locator('[data-line="1"]')).toContainText('Credits to begin with');
    await page.getByRole('button', { name: 'Newer lines' }).click();
    await expect(older).toBeEnabled();
  });

  test('is filtered by kind and by time, and begins at the first page then', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    const lines = page.getByRole('list', { name: 'Lines of your account' }).getByRole('listitem');
    await page.getByRole('button', { name: 'Older lines' }).click();
    await page.getByLabel('Show', { exact: true }).selectOption('Calls');
    await expect(page.locator('[data-shown]')).toContainText('1–');
    await expect(lines.filter({ hasText: 'Call' })).toHaveCount(10);
    await expect(lines).toHaveCount(10);
    await expect(page.locator('[data-spent]')).toContainText('50 credits spent');
    await page.getByLabel('Time', { exact: true }).selectOption('The last 7 days');
    await expect(page.locator('[data-spent]')).not.toContainText('50 credits spent');
    await page.getByLabel('Show', { exact: true }).selectOption('Top-ups');
    await expect(page.getByText('No line fits.')).toBeVisible();
    await page.getByLabel('Time', { exact: true }).selectOption('All time');
    await expect(lines).toHaveCount(1);
    await expect(lines.first()).toContainText('+500');
    await page.getByLabel('Show', { exact: true }).selectOption('Everything else');
    for (const name of ['Refund', 'Correction', 'Something else', 'Credits to begin with'])
      await expect(lines.filter({ hasText: name })).toHaveCount(1);
  });

  test('shows spending as a picture with words, and as a table', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    const picture = page.getByRole('img', { name: /credits spent, the most in the week from/ });
    await expect(picture).toBeVisible();
    await page.getByText('As a table').click();
    const rows = page.getByRole('table').getByRole('row');
    await expect(rows.nth(1)).toBeVisible();
    const spent = (await rows.allInnerTexts()).slice(1).map((row) => Number(row.trim().split(/\s/).at(-1)));
    const total = spent.reduce((sum, credits) => sum + credits, 0);
    await expect(page.locator('[data-spent]')).toContainText(`${total} credits spent`);
  });

  test('is exported whole, whatever is shown', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    await page.getByLabel('Show', { exact: true }).selectOption('Calls');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export all lines (CSV)' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^credits-\d{4}-\d{2}-\d{2}\.csv$/);
    const rows = (await readFile(await file.path(), 'utf8')).split('\r\n');
    expect(rows[0]).toBe('line,time,kind,for,amount,balance,hash');
    expect(rows[1]).toContain(',opening,');
    expect(rows.filter((row) => row.includes(',message,')).length).toBeGreaterThan(300);
  });

  test('that does not hold is an alarm, in words, at the line', async ({ app, page }) => {
    await app.open('wallet-altered', '/credits');
    const alarm = page.locator('[data-verdict="refused"]');
    await expect(alarm).toHaveRole('alert');
    await expect(alarm).toContainText('This statement does not hold');
    await expect(alarm).toContainText('Line 470 was changed, or does not follow from the line before it.');
    await expect(page.getByText('Checked on this device')).toHaveCount(0);
    await expect(page.locator('[data-line="470"]')).toContainText('does not hold');
    await expect(page.getByText('does not hold', { exact: true })).toHaveCount(1);
  });

  test('follows the balance', async ({ app, page }) => {
    await app.open('friends', '/credits');
    await expect(page.locator('[data-line="10"]')).toContainText('486 left');
    await app.script('setCredits', 400);
    await expect(page.locator('[data-line="10"]')).toContainText('400 left');
  });

  test('that does not come says why, and can be asked for again', async ({ app, page }) => {
    await app.open('wallet-refused', '/credits');
    await expect(page.getByText('The server does not answer right now.')).toHaveCount(3);
    await app.script('refuse', 'statement', null);
    await page.getByRole('button', { name: 'Try again' }).last().click();
    await expect(page.locator('[data-verdict="checked"]')).toBeVisible();
  });
});
