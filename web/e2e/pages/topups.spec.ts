import { expect, test } from './scripted-app.js';

test.describe('a request for credits', () => {
  test('is made, stands in the list, and is taken back', async ({ app, page }) => {
    await app.open('friends', '/credits');
    await expect(page.getByText('You have not asked for credits yet.')).toBeVisible();
    await page.getByLabel('Credits', { exact: true }).fill('250');
    await page.getByLabel('Payment reference').fill('receipt 9');
    await page.getByLabel('Note optional').fill('for spring');
    await page.getByRole('button', { name: 'Ask for credits' }).click();
    await expect(page.getByText('You have asked for 250 credits.')).toBeVisible();
    await expect(page.getByLabel('Payment reference')).toHaveValue('');
    const request = page.locator('[data-topup="receipt 9"]');
    await expect(request).toContainText('250 credits');
    await request.getByRole('button', { name: 'Withdraw the request for 250 (receipt 9)' }).click();
    await expect(request).toHaveAttribute('data-state', 'withdrawn');
    await expect(request.getByRole('button')).toHaveCount(0);
  });

  for (const amount of ['', '0', '1.5', '-3', '100001', 'ten'])
    test(`is not made for “${amount}” credits`, async ({ app, page }) => {
      await app.open('friends', '/credits');
      const field = page.getByLabel('Credits', { exact: true });
      await field.fill(amount);
      await page.getByLabel('Payment reference').fill('receipt 9');
      await page.keyboard.press('Enter');
      await expect(page.getByText('Enter a whole number from 1 to 100,000.')).toBeVisible();
      await expect(field).toBeFocused();
      await expect(page.getByLabel('Payment reference')).toHaveValue('receipt 9');
    });

  test('without a reference is not made', async ({ app, page }) => {
    await app.open('friends', '/credits');
    await page.getByLabel('Credits', { exact: true }).fill('10');
    await page.keyboard.press('Enter');
    await expect(page.getByText('can find your payment by')).toBeVisible();
    await expect(page.getByLabel('Payment reference')).toBeFocused();
  });

  test('beyond the fifth that waits is refused in words, and what was entered stays', async ({ app, page }) => {
    await app.open('friends', '/credits');
    for (let count = 1; count <= 6; count++) {
      await page.getByLabel('Credits', { exact: true }).fill('10');
      await page.getByLabel('Payment reference').fill(`receipt ${count}`);
      await page.keyboard.press('Enter');
      if (count < 6) await expect(page.locator(`[data-topup="receipt ${count}"]`)).toBeVisible();
    }
    await expect(page.getByRole('alert')).toContainText('Five of your requests wait already.');
    await expect(page.getByLabel('Payment reference')).toHaveValue('receipt 6');
  });

  test('is seen to be decided while one looks on, with the reason and the new balance', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    const request = page.locator('[data-topup="receipt 77"]');
    await expect(request).toHaveAttribute('data-state', 'requested');
    await app.script('decideOwnTopup', 'approved', 'Payment received');
    await expect(page.getByText('Your request for 250 credits was approved.')).toBeVisible();
    await expect(request).toHaveAttribute('data-state', 'approved');
    await expect(request).toContainText('Payment received');
    await expect(page.locator('[data-balance]')).toHaveText('262');
  });

  test('that cannot be asked for or listed says why', async ({ app, page }) => {
    await app.open('wallet-refused', '/credits');
    const list = page.locator('sc-topup-list');
    await expect(list.getByRole('alert')).toContainText('The server does not answer right now.');
    await app.script('refuse', 'topups', null);
    await list.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText('You have not asked for credits yet.')).toBeVisible();
    await app.script('refuse', 'requestTopup', 'throttled', 30);
    await page.getByLabel('Credits', { exact: true }).fill('10');
    await page.getByLabel('Payment reference').fill('receipt 9');
    await page.keyboard.press('Enter');
    await expect(page.locator('sc-topup-form').getByRole('alert')).toContainText('Too many tries.');
  });
});

test.describe('the queue of requests', () => {
  test('is decided one by one, with words that the person reads', async ({ app, page }) => {
    await app.open('admin', '/admin');
    await page.getByRole('link', { name: 'Top-ups' }).click();
    await expect(page.getByText('5 requests waiting')).toBeVisible();
    await page.getByRole('button', { name: 'Reject 1 credit for noor' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reject 1 request' });
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await expect(dialog.getByText('Say in a few words why.')).toBeVisible();
    await dialog.getByLabel('Reason').fill('No such payment');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByText('1 request rejected.')).toBeVisible();
    await expect(page.getByText('4 requests waiting')).toBeVisible();
    await page.getByRole('button', { name: 'Rejected' }).click();
    await expect(page.getByText('alice: No such payment')).toBeVisible();
  });

  test('is decided many at a time, and says who was late', async ({ app, page }) => {
    await app.open('admin', '/admin/topups');
    await page.getByRole('checkbox', { name: 'Pick all' }).check();
    await expect(page.getByText('5 requests, 100,631 credits')).toBeVisible();
    await page.getByRole('checkbox', { name: 'noor, 1 credit' }).uncheck();
    await expect(page.getByText('4 requests, 100,630 credits')).toBeVisible();
    await app.script('decideBehind', 'teodor.k');
    await page.getByRole('button', { name: 'Approve', exact: true }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Approve 4 requests' });
    await expect(dialog.getByLabel('Reason')).toHaveValue('Payment received');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('0 requests approved. 4 requests had been decided or withdrawn before.')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Nobody waits for credits' })).toBeVisible();
  });

  test('keeps the dialog and its words where the server refuses', async ({ app, page }) => {
    await app.open('admin', '/admin/topups');
    await app.script('refuse', 'decideTopups', 'unavailable');
    await page.getByRole('button', { name: 'Approve 100 credits for mara' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('As paid in cash');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('The server does not answer right now.');
    await expect(dialog.getByLabel('Reason')).toHaveValue('As paid in cash');
    await app.script('refuse', 'decideTopups', null);
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 request approved.')).toBeVisible();
  });
});
