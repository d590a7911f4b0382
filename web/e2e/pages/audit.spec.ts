import { expect, test } from './scripted-app.js';

test.describe('the audit log', () => {
  test('tells admins who did what to whom, why, and what came of it', async ({ app, page }) => {
    await app.open('admin', '/admin');
    await page.getByRole('link', { name: 'Audit' }).click();
    await expect(page.locator('[data-entry]')).toHaveCount(50);
    await expect(page.locator('[data-entry="128"]')).toContainText('Under way');
    const lost = page.locator('[data-entry="122"]');
    await expect(lost).toContainText('Closed an account');
    await expect(lost).toContainText('Advertising to strangers');
    await expect(lost).toContainText('It may have been done: look before you do it again.');
    await expect(page.getByText('The log ends with entry 128.')).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test('is turned over, and begins anew for one person or one kind of act', async ({ app, page }) => {
    await app.open('admin', '/admin/audit');
    await expect(page.getByRole('button', { name: 'Newer entries' })).toBeDisabled();
    await page.getByRole('button', { name: 'Older entries' }).click();
    await expect(page.locator('[data-entry="1"]')).toContainText('Became the first admin');
    await expect(page.getByRole('button', { name: 'Older entries' })).toBeDisabled();
    await page.getByRole('button', { name: 'Newer entries' }).click();
    await expect(page.locator('[data-entry="128"]')).toBeVisible();
    await page.getByRole('button', { name: 'mara' }).first().click();
    await expect(page.getByText('Only about mara')).toBeVisible();
    await expect(page.locator('[data-entry]')).toHaveCount(13);
    await page.getByLabel('Which acts are shown').selectOption('Approved a top-up');
    await expect(page.locator('[data-entry]')).toHaveCount(4);
    await page.getByRole('button', { name: 'Show everybody' }).click();
    await expect(page.locator('[data-entry]')).toHaveCount(21);
  });

  test('that was changed on the disk says so before anything else', async ({ app, page }) => {
    await app.open('admin', '/admin');
    await app.script('breakAudit', 40);
    await page.getByRole('link', { name: 'Audit' }).click();
    await expect(page.getByRole('alert')).toContainText('Entry 40 does not follow from those before it');
  });

  test('that cannot be read says so, and is asked for again', async ({ app, page }) => {
    await app.open('admin', '/admin');
    await app.script('refuse', 'auditLog', 'unavailable');
    await page.getByRole('link', { name: 'Audit' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await app.script('refuse', 'auditLog', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.locator('[data-entry]')).toHaveCount(50);
  });
});

test.describe('what operators did about an account', () => {
  test('stands in its owner’s page in words, with why and what came of it', async ({ app, page }) => {
    await app.open('friends', '/account');
    const acts = page.locator('[data-act]');
    await expect(acts).toHaveCount(5);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect(acts).toHaveCount(13);
    await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
    await expect(acts.filter({ hasText: 'teodor.k approved your request for 100,000 credits.' })).not.toHaveCount(0);
    const unknown = acts.filter({ hasText: 'The server does not know whether it was done.' });
    await expect(unknown.first()).toContainText('wanted to');
    await expect(acts.filter({ hasText: 'Somebody who runs this server' })).not.toHaveCount(0);
  });

  test('may be nothing, or not known right now', async ({ app, page }) => {
    await app.open('friends', '/credits');
    await app.script('refuse', 'ownAudit', 'unavailable');
    await page.getByRole('link', { name: 'Account' }).click();
    const retry = page.getByRole('alert').getByRole('button', { name: 'Try again' });
    await expect(retry).toBeVisible();
    await app.script('refuse', 'ownAudit', null);
    await app.script('forgetActs');
    await retry.click();
    await expect(page.getByText('Nothing so far.')).toBeVisible();
  });
});
