import { Person } from './person.js';
import { expect, test } from './running-stack.js';

test('carol asks for credits and sees them come; then her account is closed in the middle of a chat, and opened again', async ({
  browser,
  origin,
  stack,
}) => {
  test.setTimeout(240_000);
  const olga = await Person.withBrowser(browser, origin, 'olga.runs', 'copper kettle on a slow morning');
  const carol = await Person.withBrowser(browser, origin, 'carol.asks', 'eleven swifts above the station');
  await olga.signUp();
  await carol.signUp();

  // whoever can read the terminal is the first admin
  await olga.page.goto('/admin');
  await olga.page.getByLabel('One-time token').fill(stack.bootstrapToken());
  await olga.page.keyboard.press('Enter');
  await expect(olga.page.getByRole('heading', { name: 'People' })).toBeVisible();

  await carol.page.goto('/credits');
  await expect(carol.page.locator('[data-balance]')).toHaveText('500');
  await carol.page.getByLabel('Credits', { exact: true }).fill('250');
  await carol.page.getByLabel('Payment reference').fill('receipt 77');
  await carol.page.getByRole('button', { name: 'Ask for credits' }).click();
  const request = carol.page.locator('[data-topup="receipt 77"]');
  await expect(request).toHaveAttribute('data-state', 'requested');

  await olga.page.getByRole('link', { name: 'Top-ups' }).click();
  await olga.page.getByRole('button', { name: 'Approve 250 credits for carol.asks' }).click();
  await olga.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(olga.page.getByText('1 request approved.')).toBeVisible();

  // without a reload
  await expect(carol.page.getByText('Your request for 250 credits was approved.')).toBeVisible();
  await expect(request).toHaveAttribute('data-state', 'approved');
  await expect(carol.page.locator('[data-balance]')).toHaveText('750');

  await carol.page.goto('/chats');
  await carol.startChat('olga.runs');
  await carol.write('olga.runs', 'Thank you!');
  await carol.newestIs('accepted', 'Thank you!');

  await olga.page.getByRole('link', { name: 'People' }).click();
  await olga.page.getByRole('searchbox').fill('carol.asks');
  await olga.page.getByRole('button', { name: 'Look at carol.asks' }).click();
  const sheet = olga.page.getByRole('dialog', { name: 'carol.asks' });
  await sheet.getByLabel('Reason').fill('Two accounts for one person');
  await sheet.getByRole('button', { name: 'Close the account' }).click();
  await expect(sheet.getByText('The account is closed.')).toBeVisible();

  await expect(carol.page.getByText('Log in to read why, and until when.')).toBeVisible();
  await carol.page.getByLabel('Username').fill(carol.username);
  await carol.page.getByLabel('Password').fill(carol.password);
  await carol.page.getByRole('button', { name: 'Log in' }).click();
  await expect(carol.page.getByText('They say: “Two accounts for one person”')).toBeVisible();

  await sheet.getByLabel('Reason').fill('It was her sister');
  await sheet.getByRole('button', { name: 'Open the account again' }).click();
  await expect(sheet.getByText('The account is open again.')).toBeVisible();
  await carol.page.getByRole('button', { name: 'Log in' }).click();
  await carol.isInside();
  await carol.openChat('olga.runs');
  await carol.sees('Thank you!');

  // both read what was done: olga all of it, carol what concerns her
  await olga.page.keyboard.press('Escape');
  await olga.page.getByRole('link', { name: 'Audit' }).click();
  await expect(olga.page.locator('[data-entry]')).toHaveCount(4);
  await expect(olga.page.locator('[data-entry]').first()).toContainText('Opened an account again');
  await carol.page.goto('/account');
  await expect(carol.page.locator('[data-act]')).toHaveCount(3);
  await expect(carol.page.locator('[data-act="user.ban"]')).toContainText('olga.runs closed your account.');
  await expect(carol.page.locator('[data-act="user.ban"]')).toContainText('“Two accounts for one person”');
  await expect(carol.page.locator('[data-act="topup.approve"]')).toContainText('approved your request for 250 credits');

  await olga.page.getByRole('link', { name: 'People' }).click();
  await olga.page.getByRole('searchbox').fill('carol.asks');
  await olga.page.getByRole('button', { name: 'Look at carol.asks' }).click();
  await sheet.getByLabel('Credits to add').fill('1000');
  await sheet.getByLabel('Why their credits change').fill('For the trouble');
  await sheet.getByRole('button', { name: 'Change the credits' }).click();
  await expect(sheet.getByText(/^Done\. There are 1,7\d\d credits now\.$/)).toBeVisible();
  await sheet.getByLabel('Type “carol.asks” to go on').fill('carol.asks');
  await sheet.getByLabel('Why it is deleted').fill('She asked for it');
  await sheet.getByRole('button', { name: 'Delete the account' }).click();
  await expect(sheet.getByText('The account is deleted.')).toBeVisible();
  await expect(carol.page.getByText('Log in to read why, and until when.')).toBeVisible();
  for (const person of [olga, carol]) {
    expect(person.complaints).toEqual([]);
    await person.leave();
  }
});
