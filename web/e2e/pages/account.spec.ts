import { RECOVERY_KEY, SAFETY_DIGITS } from '../spoken.js';
import { expect, test } from './scripted-app.js';

const PASSWORD = 'paper lantern under quiet hills';

test.describe('a recovery key', () => {
  test.beforeEach(async ({ app, page }) => {
    await app.open('friends', '/account');
    await page.getByRole('button', { name: 'Make a recovery key' }).click();
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByLabel('Your password').press('Enter');
    await expect(page.getByText(RECOVERY_KEY)).toBeVisible();
    await page.getByRole('button', { name: 'I have it' }).click();
    await expect(page.getByText(RECOVERY_KEY)).toHaveCount(0);
  });

  test('counts when it was typed back, however it was written down', async ({ page }) => {
    await page.getByLabel('Type the key').fill(RECOVERY_KEY.toLowerCase().replaceAll('-', ' '));
    await page.getByRole('button', { name: 'Set this key' }).click();
    await expect(page.getByText('Your recovery key is set.')).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('button', { name: 'Make a new recovery key' })).toBeVisible();
  });

  test('does not count when it was mistyped', async ({ page }) => {
    await page.getByLabel('Type the key').fill('ABCD-ABCE');
    await page.getByRole('button', { name: 'Set this key' }).click();
    await expect(page.getByText('This is not the recovery key that was shown.')).toBeVisible();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect(page.getByText('No recovery key is set yet.')).toBeVisible();
  });
});

test('a recovery key is not shown for a wrong password', async ({ app, page }) => {
  await app.open('friends', '/account');
  await app.script('refuse', 'makeRecoveryKey', 'credentials-refused');
  await page.getByRole('button', { name: 'Make a recovery key' }).click();
  await page.getByLabel('Your password').fill('a guess');
  await page.getByRole('button', { name: 'Show the key' }).click();
  await expect(page.getByText('is not right')).toBeVisible();
});

test.describe('a password', () => {
  test.beforeEach(async ({ app, page }) => {
    await app.open('friends', '/account');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByLabel('Current password').fill('the old one');
  });

  test('is changed, and with it every other device where somebody knew it', async ({ page }) => {
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByLabel('Somebody else may know my password').check();
    await expect(page.getByText('Strong', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Change it' }).click();
    await expect(page.getByText('all other devices are logged out')).toBeVisible();
  });

  test('that can be guessed is not taken', async ({ page }) => {
    await page.getByLabel('New password').fill('password1');
    await page.getByRole('button', { name: 'Change it' }).click();
    await expect(page.getByText('This password can be guessed. Add a few unrelated words.')).toBeVisible();
  });

  test('is not changed without the old one', async ({ app, page }) => {
    await app.script('refuse', 'changePassword', 'locked-out', 600);
    await page.getByLabel('New password').fill(PASSWORD);
    await expect(page.getByText('Strong', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Change it' }).click();
    await expect(page.getByText(/Too many tries. You can try again at/)).toBeVisible();
    await expect(page.getByLabel('New password')).toHaveValue(PASSWORD);
  });
});

test.describe('devices', () => {
  test.beforeEach(({ app }) => app.open('friends', '/account'));

  test('are listed, and one that none of one’s own has named stands out', async ({ page }) => {
    const list = page.getByRole('list', { name: 'Devices' });
    await expect(list.getByRole('listitem')).toHaveCount(3);
    await expect(list.getByText('A device that none of yours has named')).toBeVisible();
    await expect(list.getByRole('listitem').first()).toContainText('This device');
  });

  test('are revoked after a question, one or all others', async ({ page }) => {
    await page.getByRole('button', { name: 'Revoke Firefox on Android' }).click();
    await expect(page.getByRole('button', { name: 'Keep', exact: true })).toBeFocused();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByText(/Revoked \d/)).toHaveCount(1);
    await page.getByRole('button', { name: 'Revoke all other devices' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByText(/Revoked \d/)).toHaveCount(2);
    await expect(page.getByRole('button', { name: 'Revoke all other devices' })).toHaveCount(0);
  });

  test('are given names', async ({ page }) => {
    await page.getByRole('button', { name: 'Rename' }).first().click();
    await page.getByLabel('Name of this device').fill('Kitchen');
    await page.getByLabel('Name of this device').press('Enter');
    await expect(page.getByText('Kitchen')).toBeVisible();
  });
});

test('what others are told is switched off, and comes back where the server refuses', async ({ app, page }) => {
  await app.open('friends', '/account');
  const receipts = page.getByRole('switch', { name: 'Read receipts' });
  await expect(receipts).toBeChecked();
  await receipts.press('Space');
  await expect(receipts).not.toBeChecked();
  await app.script('refuse', 'setPrivacy', 'offline');
  await page.getByRole('switch', { name: 'Typing' }).press('Space');
  await expect(page.getByRole('alert')).toContainText('Offline');
  await expect(page.getByRole('switch', { name: 'Typing' })).toBeChecked();
});

test('what the server can see is said in words, from the list that its stores are checked against', async ({
  app,
  page,
}) => {
  await app.open('friends', '/account');
  await page.getByRole('link', { name: 'What this server can see about you' }).click();
  await page.getByText('account', { exact: true }).first().click();
  await expect(page.getByText('Your username, as you chose it.')).toBeVisible();
  await page.getByText('message', { exact: true }).first().click();
  await expect(page.getByText('Sealed: the server cannot read this').filter({ visible: true }).first()).toBeVisible();
  await expect(page.getByText('outbox')).toHaveCount(0);
});

test.describe('without the password', () => {
  test('the recovery key opens the account under a new one', async ({ app, page }) => {
    await app.open('signed-out', '/log-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Username').fill('alice');
    await page.getByRole('textbox', { name: 'Recovery key' }).fill(RECOVERY_KEY);
    await page.getByLabel('New password').fill(PASSWORD);
    await expect(page.getByText('Strong', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Open my account' }).click();
    await expect(page).toHaveURL(/chats$/);
  });

  test('a mistyped recovery key is told before anything else', async ({ app, page }) => {
    await app.open('signed-out', '/recover');
    await page.getByLabel('Username').fill('alice');
    await page.getByRole('textbox', { name: 'Recovery key' }).fill('ABCD');
    await page.getByLabel('New password').fill(PASSWORD);
    await expect(page.getByText('Strong', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Open my account' }).click();
    await expect(page.getByRole('alert')).toContainText('Look for a letter that is missing or wrong.');
    await expect(page.getByLabel('New password')).toHaveValue(PASSWORD);
  });

  test('one starts fresh only after typing the name', async ({ app, page }) => {
    await app.open('signed-out', '/start-fresh');
    await expect(page.getByText('What is lost for good')).toBeVisible();
    await page.getByLabel('Username', { exact: true }).fill('alice');
    await page.getByLabel('Code', { exact: true }).fill('0123456789ABCDEFGHJKMNPQRS');
    await page.getByLabel('New password').fill(PASSWORD);
    await expect(page.getByText('Strong', { exact: true })).toBeVisible();
    await page.getByLabel('Type “alice” to go on').fill('alicia');
    await page.getByRole('button', { name: 'Lose what is sealed and start fresh' }).click();
    await expect(page.getByText('This is not the username above.')).toBeVisible();
    await page.getByLabel('Type “alice” to go on').fill('alice');
    await page.getByRole('button', { name: 'Lose what is sealed and start fresh' }).click();
    await expect(page).toHaveURL(/chats$/);
  });
});

test.describe('a safety number', () => {
  test('is shown in groups, marked as compared, and taken back', async ({ app, page }) => {
    await app.open('friends');
    await app.openChat('noor');
    await page.getByRole('button', { name: /Keys of noor/ }).click();
    const sheet = page.getByRole('dialog');
    for (const group of SAFETY_DIGITS.match(/.{5}/g) ?? []) await expect(sheet.getByText(group).first()).toBeVisible();
    await expect(sheet.getByRole('img', { name: 'The same number as a code to scan' })).toBeVisible();
    await sheet.getByRole('button', { name: 'They are the same' }).click();
    await expect(sheet.getByRole('heading', { name: 'Verified' })).toBeVisible();
    await expect(sheet.getByText('Verified by you')).toBeVisible();
    await sheet.getByRole('button', { name: 'Take this back' }).click();
    await expect(sheet.getByRole('heading', { name: 'First use' })).toBeVisible();
  });

  test('is read from a picture of the code, on this device', async ({ app, page }) => {
    await app.open('friends');
    await app.openChat('noor');
    await page.getByRole('button', { name: /Keys of noor/ }).click();
    const sheet = page.getByRole('dialog');
    const code = sheet.getByRole('img', { name: 'The same number as a code to scan' });
    await code.scrollIntoViewIfNeeded();
    const picture = await code.screenshot();
    await sheet.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });
    await expect(sheet.getByText('The same. You have verified each other’s keys.')).toBeVisible();
    await expect(sheet.getByRole('heading', { name: 'Verified' })).toBeVisible();
  });

  test('is not found in a picture of something else, or in no picture', async ({ app, page }) => {
    await app.open('friends');
    await app.openChat('noor');
    const other = await page.locator('header').first().screenshot();
    await page.getByRole('button', { name: /Keys of noor/ }).click();
    const field = page.getByRole('dialog').locator('input[type=file]');
    for (const buffer of [other, Buffer.from('no picture')]) {
      await field.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
      await expect(page.getByText('No code was found in this picture.')).toBeVisible();
    }
  });
});
