import { expect, test } from './scripted-app.js';

const strong = 'paper lantern under quiet hills';

test('a first visit begins with an account, a later one with the log-in', async ({ app, page }) => {
  await app.open('signed-out');
  await expect(page).toHaveURL(/\/sign-up$/);
  await app.open('session-reused');
  await expect(page).toHaveURL(/\/log-in$/);
  await expect(page.getByRole('status')).toContainText('Your session was used twice and has been ended.');
});

test('keys are made in sight: what is done, what is under way, what is to come', async ({ app, page }) => {
  await app.open('signed-out-slow', '/sign-up');
  await page.getByLabel('Username').fill('Alice');
  await page.locator('#password').fill(strong);
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Make my keys' }).click();
  await expect(page.getByRole('heading')).toHaveText(
    'Your keys are being made on this device. They never leave it unsealed.',
  );
  await expect(page.locator('[aria-current="step"]')).toContainText('Turning your password into keys');
  await expect(page.locator('[data-step="making-keys"]')).toBeVisible();
});

test('an account is made, and the list is there', async ({ app, page }) => {
  await app.open('signed-out', '/sign-up');
  await page.getByLabel('Username').fill('alice');
  await page.locator('#password').fill(strong);
  await page.getByLabel('E-mail').fill('alice@example.org');
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Make my keys' }).click();
  await expect(page).toHaveURL(/\/chats$/);
  await expect(page.getByRole('heading', { name: 'No chats yet' })).toBeVisible();
});

for (const password of ['password1234', 'qwertyuiop123', 'alice-alice-alice', 'correct horse', 'aaaaaaaaaaaaaaaa']) {
  test(`no account is made with ${password}`, async ({ app, page }) => {
    await app.open('signed-out-slow', '/sign-up');
    await page.getByLabel('Username').fill('alice');
    await page.locator('#password').fill(password);
    await expect(page.locator('#password-note')).toContainText('Add a few unrelated words');
    await page.getByRole('button', { name: 'Make my keys' }).click();
    await expect(page.locator('#password-note')).toHaveText('This password can be guessed. Add a few unrelated words.');
    await expect(page.locator('#password')).toBeFocused();
    await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
  });
}

test('a username or an e-mail address that cannot be is refused where it stands', async ({ app, page }) => {
  await app.open('signed-out', '/sign-up');
  await page.getByLabel('Username').fill('1alice');
  await page.getByLabel('E-mail').fill('alice at home');
  await page.locator('#password').fill(strong);
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Make my keys' }).click();
  await expect(page.locator('#username-note')).toContainText('A username has 3 to 32 characters');
  await expect(page.locator('#email-note')).toContainText('This is not an e-mail address.');
  await expect(page.getByLabel('Username')).toBeFocused();
});

test('a taken username is said at the username, and everything else stays', async ({ app, page }) => {
  await app.open('signed-out-refused', '/sign-up');
  await page.getByLabel('Username').fill('alice');
  await page.locator('#password').fill(strong);
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Make my keys' }).click();
  await expect(page.locator('#username-note')).toHaveText('This username is taken. Choose another.');
  await expect(page.locator('#password')).toHaveValue(strong);
});

test('a lock-out says when one can try again', async ({ app, page }) => {
  await app.open('signed-out-refused', '/log-in');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill('whatever');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toHaveText(/Too many tries\. You can try again at \d\d:\d\d\./);
});

test('a session that ends leads to the log-in and says who ended it', async ({ app, page }) => {
  await app.open('friends');
  await expect(page.locator('[data-peer="mara"]')).toBeVisible();
  await app.script('end', 'banned');
  await expect(page).toHaveURL(/\/log-in$/);
  await expect(page.getByRole('status')).toContainText('Log in to read why, and until when.');
  await expect(page.locator('[data-peer]')).toHaveCount(0);
});

test('whoever is shut out while here reads at once why, and until when', async ({ app, page }) => {
  await app.open('friends');
  await expect(page.locator('[data-peer="mara"]')).toBeVisible();
  await app.script('end', 'banned', { reason: 'Advertising to <b>strangers</b>', untilMs: Date.UTC(2030, 0, 5, 10) });
  await expect(page).toHaveURL(/\/log-in$/);
  await expect(page.getByRole('status')).toContainText('have closed this account until');
  await expect(page.getByRole('status')).toContainText('2030');
  await expect(page.getByRole('status')).toContainText('They say: “Advertising to <b>strangers</b>”');
  await expect(page.locator('[data-peer]')).toHaveCount(0);
});

for (const endedBy of ['expired', 'reused', 'revoked', 'banned'] as const) {
  test(`[T-18] a session that the server ends (${endedBy}) asks for no recovery key: one goes there by hand`, async ({
    app,
    page,
  }) => {
    await app.open('friends');
    await expect(page.locator('[data-peer="mara"]')).toBeVisible();
    await app.script('end', endedBy, { reason: 'Type your recovery key to come back', untilMs: null });
    await expect(page).toHaveURL(/\/log-in$/);
    await expect(page.getByLabel('Username')).toBeVisible();
    await expect(page.getByLabel(/recovery key/i)).toHaveCount(0);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
}

test('logging out names what would be lost, and can be left alone', async ({ app, page }) => {
  await app.open('full', '/account');
  await page.getByRole('button', { name: 'Log out' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('messages have not been sent yet and will be lost.');
  await expect(dialog.getByRole('button', { name: 'Stay' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(/\/account$/);
  await page.getByRole('button', { name: 'Log out' }).click();
  await dialog.getByRole('button', { name: /Log out and lose/ }).click();
  await expect(page).toHaveURL(/\/log-in$/);
  await expect(page.getByRole('status')).toContainText('You are logged out.');
});

test('the look is chosen once and remembered', async ({ app, page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await app.open('friends', '/account');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByText('Dark', { exact: true }).click();
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  expect(await background()).toBe(dark);
  await page.getByText('System', { exact: true }).click();
  expect(await background()).toBe(light);
});

test('single-key shortcuts can be turned off', async ({ app, page }) => {
  await app.open('friends', '/account');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByText('Single-key shortcuts').click();
  await expect(page.getByRole('switch', { name: 'Single-key shortcuts' })).not.toBeChecked();
  await page.keyboard.press('?');
  await page.waitForTimeout(200);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a page that Angular cannot finish says so in words', async ({ app, page }) => {
  await app.open('friends');
  await expect(page.locator('[data-peer="mara"]')).toBeVisible();
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('a bug');
    }, 0);
  });
  await expect(page.getByRole('alert')).toContainText('Something failed in this page.');
});
