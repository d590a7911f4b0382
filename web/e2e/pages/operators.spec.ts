import { expect, test } from './scripted-app.js';

test.describe('those who run the server', () => {
  test('are listed with who made them admins, and lose the role with a reason', async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await page.getByRole('link', { name: 'Admins' }).click();
    const others = page.locator('[data-operator="teodor.k"]');
    await expect(others).toContainText('The first admin, since');
    await expect(page.locator('[data-operator="alice"]')).toContainText('made an admin by teodor.k');
    await others.getByRole('button', { name: 'Take the role from teodor.k' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take the admin role from teodor.k' });
    await dialog.getByRole('button', { name: 'Take the role' }).click();
    await expect(dialog.getByText('Say in a few words why.')).toBeVisible();
    await expect(dialog.getByLabel('Reason')).toBeFocused();
    await dialog.getByLabel('Reason').fill('has left');
    await page.keyboard.press('Enter');
    await expect(page.getByText('teodor.k is no admin any more.')).toBeVisible();
    await expect(page.locator('[data-operator]')).toHaveCount(1);
    await expect(page.getByText('You are the only admin.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Step down' })).toHaveCount(0);
  });

  test('step down only when they type their name', async ({ app, page }) => {
    await app.open('admin', '/admin/admins');
    await page.getByRole('button', { name: 'Step down' }).click();
    const dialog = page.getByRole('dialog', { name: 'Step down as an admin' });
    await dialog.getByLabel('Reason').fill('enough of it');
    for (const wrong of ['', 'alic', 'teodor.k']) {
      await dialog.getByLabel('Type “alice” to go on').fill(wrong);
      await dialog.getByRole('button', { name: 'Step down' }).click();
      await expect(dialog.getByText('This is not your username.')).toBeVisible();
    }
    await dialog.getByLabel('Type “alice” to go on').fill('alice');
    await dialog.getByRole('button', { name: 'Step down' }).click();
    await expect(page).toHaveURL(/\/chats$/);
    await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0);
  });

  test('keep the role when all others have lost theirs meanwhile, and are told so', async ({ app, page }) => {
    await app.open('admin', '/admin/admins');
    await page.getByRole('button', { name: 'Step down' }).click();
    await app.script('dismissBehind');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Type “alice” to go on').fill('alice');
    await dialog.getByLabel('Reason').fill('enough of it');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('nobody else who can log in would be an admin');
    await app.script('refuse', 'dismissOperator', 'unavailable');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('The server does not answer');
  });

  test('make others admins from their accounts, with a reason', async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await page.getByRole('button', { name: 'Look at noor' }).click();
    const sheet = page.getByRole('dialog', { name: 'noor' });
    await sheet.getByRole('button', { name: 'Make them an admin' }).click();
    await expect(sheet.getByLabel('Why they become an admin')).toBeFocused();
    await app.script('refuse', 'appointOperator', 'unavailable');
    await sheet.getByLabel('Why they become an admin').fill('knows the machines');
    await page.keyboard.press('Enter');
    await expect(sheet.getByRole('alert')).toContainText('The server does not answer');
    await app.script('refuse', 'appointOperator', null);
    await page.keyboard.press('Enter');
    await expect(sheet.getByText('This person is an admin now')).toBeVisible();
    await expect(sheet.getByRole('button', { name: 'Delete the account' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Admins' }).click();
    await expect(page.locator('[data-operator="noor"]')).toBeVisible();
  });

  test('make no admin of whose account is closed', async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await page.getByRole('button', { name: 'Look at ines' }).click();
    await expect(page.getByRole('button', { name: 'Open the account again' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Make them an admin' })).toHaveCount(0);
  });

  test('that cannot be listed are asked for again', async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await app.script('refuse', 'operators', 'unavailable');
    await page.getByRole('link', { name: 'Admins' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await app.script('refuse', 'operators', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.locator('[data-operator="teodor.k"]')).toBeVisible();
  });
});
