import config from '../playwright.config.js';
import { expect, test } from './scripted-app.js';

const { launchOptions } = config.use ?? {};

// a name that is not localhost: to the browser a page of the network, and one without https
test.use({
  launchOptions: {
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), '--host-resolver-rules=MAP chat.example 127.0.0.1'],
  },
});

test('a page that came without https says why there are no keys, and what to open', async ({ app, page }) => {
  const address = new URL(app.origin);
  address.hostname = 'chat.example';
  await page.goto(address.href);
  await expect(page.getByRole('heading')).toHaveText('This page cannot keep a secret here');
  await expect(page.getByRole('link', { name: 'Open https://chat.example' })).toHaveAttribute(
    'href',
    'https://chat.example',
  );
  await expect(page.getByLabel('Password')).toHaveCount(0);
  expect(page.workers()).toEqual([]);
});
