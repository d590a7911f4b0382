import { expect, test } from './scripted-app.js';

test('everyone is searched, sorted and turned over a page at a time', async ({ app, page }) => {
  await app.open('admin', '/admin/people');
  await expect(page.getByText('1,234 accounts')).toBeVisible();
  await expect(page.locator('tr[data-user]')).toHaveCount(50);
  await expect(page.getByText('1–50 of 1,234')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Previous page' })).toBeDisabled();
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect(page.getByText('51–100 of 1,234')).toBeVisible();
  await page.getByRole('button', { name: 'Username' }).click();
  await expect(page.getByText('1–50 of 1,234')).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Username' })).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('/');
  await page.keyboard.type('person-01');
  await expect(page.getByText('100 accounts')).toBeVisible();
  await expect(page.locator('tr[data-user]').first()).toHaveAttribute('data-user', 'person-0100');
});

test('a search without an answer says what it looks at', async ({ app, page }) => {
  await app.open('admin', '/admin/people');
  await page.getByRole('searchbox').fill('zzz');
  await expect(page.getByRole('heading', { name: 'Nobody is called that' })).toBeVisible();
  await page.getByRole('button', { name: 'Show everyone' }).click();
  await expect(page.getByText('1,234 accounts')).toBeVisible();
});

test('whoever may not look is told so in words', async ({ app, page }) => {
  await app.open('admin-refused', '/admin/people');
  await expect(page.getByRole('alert')).toContainText('Your account may not do this.');
  await app.script('refuse', 'listUsers', null);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the first admin shows the token of the terminal; one that is not right is refused', async ({ app, page }) => {
  await app.open('claim-refused', '/account');
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0);
  await page.getByRole('link', { name: 'I run this server' }).click();
  const token = page.getByLabel('One-time token');
  await token.fill('too-short');
  await page.keyboard.press('Enter');
  await expect(page.locator('#token-note')).toContainText('A token has 43 letters');
  await token.fill('a'.repeat(43));
  await page.keyboard.press('Enter');
  await expect(page.locator('#token-note')).toContainText('This token is not right, or there is an admin already.');
  await app.script('refuse', 'claimAdmin', null);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Admin', exact: true })).toBeVisible();
});

test('whoever is no operator never loads the operator’s pages', async ({ app, page }) => {
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) bodies.push(response.text());
  });
  await app.open('friends');
  await app.openChat('mara');
  const before = (await Promise.all(bodies)).join('');
  expect(before).not.toContain('Search by username or e-mail');
  await page.goto(`${app.origin}/admin`);
  await expect(page.getByLabel('One-time token')).toBeVisible();
  expect((await Promise.all(bodies)).join('')).toContain('Search by username or e-mail');
});
