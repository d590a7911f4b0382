import { expect, test } from './scripted-app.js';

test.describe('an account, in the hands of an admin', () => {
  test.beforeEach(async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await page.getByRole('button', { name: 'Look at noor' }).click();
    await expect(page.getByRole('dialog', { name: 'noor' })).toBeVisible();
  });

  test('is given credits, or has some taken, with a reason', async ({ page }) => {
    const sheet = page.getByRole('dialog', { name: 'noor' });
    await sheet.getByLabel('Credits to add').fill('250');
    await sheet.getByLabel('Why their credits change').fill('a prize');
    await sheet.getByRole('button', { name: 'Change the credits' }).click();
    await expect(sheet.getByText(/^Done\. .* credits now\.$/)).toBeVisible();
    await sheet.getByLabel('Credits to add').fill('-1000000');
    await sheet.getByRole('button', { name: 'Change the credits' }).click();
    await expect(sheet.getByRole('alert')).toContainText(/^Not done: .*only /);
  });

  for (const amount of ['', '0', '1.5', 'ten', '1000001']) {
    test(`is not given “${amount}” credits`, async ({ page }) => {
      await page.getByLabel('Credits to add').fill(amount);
      await page.getByLabel('Why their credits change').fill('a prize');
      await page.keyboard.press('Enter');
      await expect(page.getByText('Enter a whole number up to 1,000,000')).toBeVisible();
      await expect(page.getByLabel('Credits to add')).toBeFocused();
    });
  }

  test('is given nothing without a reason, or while the server does not answer', async ({ app, page }) => {
    await page.getByLabel('Credits to add').fill('5');
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Why their credits change')).toBeFocused();
    await app.script('refuse', 'adjustCredits', 'unavailable');
    await page.getByLabel('Why their credits change').fill('a prize');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
    await expect(page.getByLabel('Credits to add')).toHaveValue('5');
  });

  test('is deleted when its name is typed, and is not in the table any more', async ({ page }) => {
    const sheet = page.getByRole('dialog', { name: 'noor' });
    await sheet.getByLabel('Why it is deleted').fill('asked for it');
    const name = sheet.getByLabel('Type “noor” to go on');
    for (const wrong of ['', 'noo', 'mara']) {
      await name.fill(wrong);
      await sheet.getByRole('button', { name: 'Delete the account' }).click();
      await expect(sheet.getByText('This is not the username above.')).toBeVisible();
      await expect(name).toBeFocused();
    }
    await name.fill('noor');
    await sheet.getByRole('button', { name: 'Delete the account' }).click();
    await expect(sheet.getByText('The account is deleted.')).toBeVisible();
    await expect(sheet.getByRole('button', { name: 'Delete the account' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(page.locator('tr[data-user="noor"]')).toHaveCount(0);
  });
});
