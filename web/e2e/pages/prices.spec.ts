import { expect, test } from './scripted-app.js';

test.describe('the prices', () => {
  test('say what holds and since when, what was announced, and what held before', async ({ app, page }) => {
    await app.open('wallet', '/credits');
    const prices = page.getByRole('list', { name: 'Prices', exact: true });
    await expect(prices.getByRole('listitem')).toHaveCount(3);
    await expect(prices.locator('[data-price="group-message"]')).toContainText('1 credit');
    await expect(prices.locator('[data-price="call"]')).toContainText('5 credits');
    await expect(prices.locator('[data-price="call"]')).toContainText(/since \d+ \w+ 20\d\d/);
    await expect(prices.locator('[data-price="message"]')).toContainText(/2 credits from \d+ \w+ 20\d\d/);
    await page.getByText('Earlier prices').click();
    await expect(page.getByRole('list', { name: 'Earlier prices' }).getByRole('listitem')).toHaveText(
      /call.* to .*4 credits/,
    );
    await expect(page.getByText('not a price of the list')).toHaveCount(0);
  });

  test('show a line that paid another one', async ({ app, page }) => {
    await app.open('wallet-altered', '/credits');
    await page.getByLabel('Show', { exact: true }).selectOption('Calls');
    const lines = page.getByRole('list', { name: 'Lines of your account' }).getByRole('listitem');
    await expect(lines.first()).toContainText('not a price of the list');
    await expect(lines.last()).not.toContainText('not a price of the list');
  });
});
