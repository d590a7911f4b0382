import { expect, test } from './scripted-app.js';

test.describe('the overview', () => {
  test('says in totals and pictures what the server does, and how each process is', async ({ app, page }) => {
    await app.open('admin', '/admin');
    await expect(page.locator('[data-tile="accounts"]')).toContainText('1,284');
    await expect(page.locator('[data-tile="connected"]')).toContainText('450');
    await expect(page.locator('[data-tile="credits"]')).toContainText('424,296');
    const messages = page.locator('[data-picture="Messages"]');
    const ofDay = await messages.getByRole('img').getAttribute('aria-label');
    expect(ofDay).toMatch(/^[\d,]+ messages, [\d,]+ of them to groups; the most, \d\d:00: \d+$/);
    await page.getByRole('button', { name: '7 days' }).click();
    await expect(messages.getByRole('img')).not.toHaveAttribute('aria-label', ofDay!);
    await messages.getByText('As a table').click();
    // today may have had nothing yet
    await expect.poll(() => messages.getByRole('row').count()).toBeGreaterThan(1 + 5);
    const processes = page.getByRole('table').filter({ hasText: 'Running since' });
    await expect(processes.getByRole('row')).toHaveCount(1 + 7);
    await expect(processes.getByRole('cell', { name: 'well' })).toHaveCount(7);
    await page.locator('[data-tile="topups"]').getByRole('link', { name: '3' }).click();
    await expect(page).toHaveURL(/\/admin\/topups$/);
  });

  test('shows the rest when a service is away, and which', async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await app.script('loseService', 'credits');
    await app.script('breakReplicas');
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect(page.locator('[data-tile="credits"]')).toContainText('The service credits does not answer');
    await expect(page.locator('[data-picture]')).toHaveCount(1);
    await expect(page.locator('[data-process="messaging-gateway-1"]')).toContainText('Redis is away');
    await expect(page.locator('[data-process="signaling"]')).toContainText('none of them runs');
    await page.getByRole('link', { name: 'People' }).click();
    await app.script('loseService', 'replicas');
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect(page.getByRole('alert')).toContainText('Redis does not answer');
  });

  test('that may not be read says so, and is asked for again', async ({ app, page }) => {
    await app.open('admin-refused', '/admin');
    await expect(page.getByRole('alert')).toContainText('Your account may not do this.');
    await app.script('refuse', 'statistics', null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.locator('[data-tile="accounts"]')).toContainText('1,284');
  });
});

test.describe('new accounts', () => {
  test('are stopped and let in again, with a reason', async ({ app, page }) => {
    await app.open('admin', '/admin');
    const section = page.locator('sc-registration-section');
    await expect(section.getByRole('status')).toHaveText('Whoever reaches this server can make an account.');
    await section.getByRole('button', { name: 'Take no new accounts' }).click();
    await expect(section.getByLabel('Why')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(section.getByText('Say in a few words why.')).toBeVisible();
    await section.getByLabel('Why').fill('Too many at once');
    await page.keyboard.press('Enter');
    await expect(section.getByRole('status')).toHaveText('Nobody gets a new account. Who has one notices nothing.');
    await section.getByRole('button', { name: 'Take new accounts again' }).click();
    await section.getByRole('button', { name: 'Leave it' }).click();
    await app.script('refuse', 'decideRegistration', 'unavailable');
    await section.getByRole('button', { name: 'Take new accounts again' }).click();
    await section.getByLabel('Why').fill('Quiet again');
    await page.keyboard.press('Enter');
    await expect(section.getByRole('alert')).toBeVisible();
    await expect(section.getByRole('status')).toHaveText('Nobody gets a new account. Who has one notices nothing.');
  });

  test('are not for admins to decide where the machine’s setting says what holds', async ({ app, page }) => {
    await app.open('admin', '/admin/people');
    await app.script('fixRegistration', 'closed');
    await page.getByRole('link', { name: 'Overview' }).click();
    const section = page.locator('sc-registration-section');
    await expect(section.getByText('The setting REGISTRATION on the machine says so.')).toBeVisible();
    await expect(section.getByRole('button')).toHaveCount(0);
  });
});
