import type { Page } from '@playwright/test';
import { EPOCH_CODE, HOSTILE } from '../spoken.js';
import { LAKE, memberOf, openSheet, sheetOf } from './group-parts.js';
import { expect, test } from './scripted-app.js';

const said = (page: Page) => sheetOf(page).locator('.said');
const bubbleOf = (page: Page, text: string) => page.locator('sc-message-bubble', { hasText: text });

test.beforeEach(async ({ app }) => {
  await app.open('groups');
});
test.afterEach(({ app }) => expect(app.complaints).toEqual([]));

test.describe('a new group', () => {
  test.beforeEach(async ({ page }) => {
    await page.getByRole('button', { name: 'New group' }).click();
    await expect(page.getByLabel('Name of the group')).toBeFocused();
  });

  test('is made from the keyboard, of a name and exact usernames', async ({ page }) => {
    await page.keyboard.type('Sunday climbing');
    await page.keyboard.press('Tab');
    await page.keyboard.type('mara noor,');
    await page.keyboard.type('sam-b');
    await expect(sheetOf(page).getByRole('row')).toHaveCount(2);
    await page.getByRole('button', { name: 'Make the group' }).press('Enter');
    await expect(page.getByRole('textbox', { name: 'Message to Sunday climbing' })).toBeFocused();
    await expect(page.getByText('You made this group with mara, noor, and sam-b')).toBeVisible();
    await expect(page.locator('[data-peer="Sunday climbing"]')).toContainText('4 members');
  });

  test('says of each name why it cannot be taken, and is not made before that is settled', async ({ page }) => {
    await page.keyboard.type('Sunday climbing');
    const names = page.locator('#names');
    await names.pressSequentially('mara alice nobody-a nobody-b x ');
    await expect(page.getByText('alice: This is your own username.')).toBeVisible();
    await expect(page.getByText('nobody-a: Nobody here has this username.')).toBeVisible();
    await expect(page.getByText('nobody-b: Nobody here has this username.')).toBeVisible();
    await expect(page.getByText('x: A username has 3 to 32 characters')).toBeVisible();
    await page.getByRole('button', { name: 'Make the group' }).click();
    await expect(names).toBeFocused();
    for (const name of ['alice', 'nobody-a', 'nobody-b', 'x'])
      await page.getByRole('button', { name: `Take ${name} out` }).click();
    await page.getByRole('button', { name: 'Make the group' }).click();
    await expect(page.getByRole('textbox', { name: 'Message to Sunday climbing' })).toBeVisible();
  });

  test('needs a name, and somebody to be with', async ({ page }) => {
    await page.keyboard.press('Enter');
    await expect(page.getByText('Give the group a name.')).toBeVisible();
    await page.keyboard.type('Sunday climbing');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toHaveText('Add at least one person.');
    await expect(page.locator('#names')).toBeFocused();
  });

  test('takes a pasted list, and no more than a group can hold', async ({ page }) => {
    await page.keyboard.type('All of them');
    const many = Array.from({ length: 256 }, (_, index) => `person-${index}`).join(', ');
    await page.locator('#names').evaluate((field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', text);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, many);
    await expect(page.getByText('A group has at most 256 members, you among them.')).toBeVisible();
    await page.getByRole('button', { name: 'Take person-7 out' }).click();
    await expect(page.getByText('255 people besides you, of at most 255')).toBeVisible();
  });

  test('keeps what was typed when the server refuses it', async ({ app, page }) => {
    await page.keyboard.type('Sunday climbing');
    await page.locator('#names').pressSequentially('mara ');
    await app.script('refuse', 'createGroup', 'unavailable', 30);
    await page.getByRole('button', { name: 'Make the group' }).click();
    await expect(page.getByRole('alert')).toContainText('The server does not answer right now.');
    await expect(page.getByLabel('Name of the group')).toHaveValue('Sunday climbing');
    await app.script('refuse', 'createGroup', null);
    await page.getByRole('button', { name: 'Make the group' }).click();
    await expect(page.getByRole('textbox', { name: 'Message to Sunday climbing' })).toBeVisible();
  });
});

test('the list tells a group by its members and its newest author', async ({ page }) => {
  const row = page.locator(`[data-peer="${LAKE}"]`);
  await expect(row).toContainText('5 members');
  await expect(row).toContainText('ines: As always.');
  await expect(page.locator('[data-peer="Neighbours"]')).toContainText('Writing here has stopped');
  await expect(page.locator('[data-peer="Flat on the third floor"]')).toContainText('You are no longer in it');
  await expect(page.locator('[data-peer="Win with us"]')).toContainText('You were put into this group');
  await page.getByRole('combobox', { name: 'Search chats' }).fill('lake');
  await expect(page.getByRole('option')).toHaveCount(1);
});

test('a message says whose it is, once for what one person says in one go', async ({ app, page }) => {
  await app.openChat(LAKE);
  const [first, second] = [bubbleOf(page, 'The cabin is ours'), bubbleOf(page, 'There are six beds')];
  await expect(first.locator('.author')).toHaveText('mara');
  await expect(first.locator('.face')).toHaveCount(0);
  await expect(second.locator('.author')).toHaveCount(0);
  await expect(second.locator('.face')).toHaveCount(1);
  await expect(second.getByText('mara:')).toHaveCount(1);
  await expect(bubbleOf(page, 'Then the guitar').locator('.author')).toHaveCount(0);
  await expect(bubbleOf(page, 'Then the guitar').locator('sc-quote .who')).toHaveText('noor');
  await expect(page.getByRole('button', { name: '❤️: noor, ines, and You' })).toBeVisible();
  await app.script('receiveIn', LAKE, 'dave', 'I was here once.');
  await expect(bubbleOf(page, 'I was here once.').locator('.author')).toHaveText('A former member');
});

test('what one member has signed about a message is not said of all', async ({ app, page }) => {
  await app.openChat(LAKE);
  await expect(bubbleOf(page, 'Gas station on 40').locator('.state')).toHaveText('Reached a member');
});

test('a message that one member’s keys held up says what to do about them', async ({ app, page }) => {
  await app.openChat('Band practice');
  const failed = page.locator('sc-message-bubble[data-state="failed"]');
  await expect(failed).toContainText('A member has new keys. If they are right');
  await failed.getByRole('button', { name: 'Try again' }).click();
  await expect(failed).toHaveCount(0);
});

test('what happened to the group stands between the messages', async ({ app, page }) => {
  await app.openChat(LAKE);
  const lines = page.locator('sc-event-line');
  await expect(lines.getByText('You made this group with mara, noor, teodor.k, and 1 other')).toBeVisible();
  await expect(lines.getByText('You made teodor.k an admin')).toBeVisible();
  await expect(lines.getByText('sam-b left')).toBeVisible();
  await expect(lines.getByText('teodor.k named the group “Lake weekend”')).toBeVisible();
});

test('several who type are named, and those who are done are not', async ({ app, page }) => {
  await app.openChat(LAKE);
  const line = page.locator('sc-company-line');
  await expect(line).toHaveText('5 members');
  await app.script('typeIn', LAKE, 'mara', true);
  await expect(line).toHaveText('mara is typing …');
  await app.script('typeIn', LAKE, 'noor', true);
  await expect(line).toHaveText('mara and noor are typing …');
  await app.script('typeIn', LAKE, 'ines', true);
  await expect(line).toHaveText('mara, noor, and 1 other are typing …');
  await app.script('receiveIn', LAKE, 'mara', 'Here.');
  await expect(line).toHaveText('noor and ines are typing …');
  await app.script('typeIn', LAKE, 'noor', false);
  await app.script('typeIn', LAKE, 'ines', false);
  await expect(line).toHaveText('5 members');
});

test.describe('the sheet of a group', () => {
  test.beforeEach(async ({ app }) => {
    await app.openChat(LAKE);
    await openSheet(app);
  });

  test('shows the code that all members compare, and a new one with new keys', async ({ app, page }) => {
    const digits = sheetOf(page).locator('.digits');
    await expect(digits.locator('span')).toHaveCount(6);
    expect((await digits.locator('span').allTextContents()).join('')).toBe(EPOCH_CODE);
    await expect(sheetOf(page).getByText(/^Group code, in groups of five: 3 1 4 1 5, 9 2 6 5 3,/)).toHaveCount(1);
    await app.script('rotate', LAKE);
    await expect(digits.locator('span').first()).toHaveText('14159');
  });

  test('shows each member with role and keys, and leads to them', async ({ page }) => {
    await expect(memberOf(page, 'teodor.k')).toHaveAccessibleName('teodor.k Admin, keys: first use');
    await memberOf(page, 'mara').press('Enter');
    await expect(sheetOf(page).getByRole('heading', { name: 'mara' })).toBeVisible();
    await expect(sheetOf(page).getByRole('heading', { name: 'Verified' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Back to the group' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(memberOf(page, 'mara')).toBeFocused();
  });

  test('verifies a member, and the list says so', async ({ page }) => {
    await memberOf(page, 'noor').click();
    await page.getByRole('button', { name: 'They are the same' }).click();
    await expect(sheetOf(page).getByRole('heading', { name: 'Verified' })).toBeVisible();
    await page.getByRole('button', { name: 'Back to the group' }).click();
    await expect(memberOf(page, 'noor')).toHaveAccessibleName('noor Member, keys: verified');
  });

  test('adds people, with a reason for each who cannot be', async ({ page }) => {
    await page.getByRole('button', { name: 'Add members' }).click();
    await page.locator('#names').pressSequentially('yuki mara nobody-x ');
    await expect(page.getByText('mara: mara is in the group already.')).toBeVisible();
    await expect(page.getByText('nobody-x: Nobody here has this username.')).toBeVisible();
    await page.getByRole('button', { name: 'Take mara out' }).click();
    await page.getByRole('button', { name: 'Take nobody-x out' }).click();
    await page.getByRole('button', { name: 'Add 1 person' }).click();
    await expect(said(page)).toHaveText('yuki is in the group now.');
    await expect(memberOf(page, 'yuki')).toBeVisible();
    await expect(page.getByText('You added yuki')).toHaveCount(1);
  });

  test('removes a member after a question, which can be left', async ({ page }) => {
    await memberOf(page, 'noor').click();
    await page.getByRole('button', { name: 'Remove noor' }).click();
    await expect(page.getByRole('button', { name: 'Leave it as it is' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Remove noor' })).toBeFocused();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(said(page)).toHaveText('noor is no longer in the group.');
    await expect(memberOf(page, 'noor')).toHaveCount(0);
    await expect(sheetOf(page).getByRole('heading', { name: '4 members' })).toBeVisible();
  });

  test('says of the member one looks at that somebody else has removed them', async ({ app, page }) => {
    await memberOf(page, 'noor').click();
    await page.getByRole('button', { name: 'Remove noor' }).click();
    await app.script('expel', LAKE, 'mara', 'noor');
    await expect(said(page)).toHaveText('noor is no longer in the group.');
    await expect(page.getByRole('button', { name: 'Rename' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add members' })).toBeFocused();
  });

  test('changes a role, and says when that is refused', async ({ app, page }) => {
    await memberOf(page, 'noor').click();
    await app.script('refuse', 'setRole', 'group-conflict');
    await page.getByRole('radio', { name: /^Admin/ }).click();
    await expect(sheetOf(page).getByRole('alert')).toContainText('Somebody else changed the group in the same moment.');
    await expect(page.getByRole('radio', { name: /^Member/ })).toBeChecked();
    await app.script('refuse', 'setRole', null);
    await page.getByRole('radio', { name: /^Admin/ }).check();
    await expect(page.getByRole('status').filter({ hasText: 'noor: Admin' })).toHaveCount(1);
    await page.getByRole('button', { name: 'Back to the group' }).click();
    await expect(memberOf(page, 'noor')).toHaveAccessibleName('noor Admin, keys: first use');
  });

  test('has an owner who gives it away before leaving', async ({ page }) => {
    await page.getByRole('button', { name: 'Leave the group' }).click();
    await expect(page.getByText('You own this group, and a group is never without an owner.')).toBeVisible();
    await page.getByRole('button', { name: 'Choose an owner' }).click();
    await memberOf(page, 'mara').click();
    await page.getByRole('button', { name: 'Make mara the owner' }).click();
    await page.getByRole('button', { name: 'Give it away' }).click();
    await page.getByRole('button', { name: 'Back to the group' }).click();
    await expect(memberOf(page, 'mara')).toHaveAccessibleName('mara Owner, keys: verified');
    await expect(sheetOf(page).getByText('You manage this group')).toBeVisible();
    await page.getByRole('button', { name: 'Leave the group' }).click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(page.getByRole('region', { name: 'You left this group' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Message to' })).toHaveCount(0);
  });

  test('is renamed by those who manage it', async ({ page }) => {
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name of the group').fill('');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Give the group a name.')).toBeVisible();
    await page.getByLabel('Name of the group').fill('Sea weekend');
    await page.keyboard.press('Enter');
    await expect(said(page)).toHaveText('The name was changed for everyone.');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('heading', { name: 'Sea weekend' })).toBeVisible();
    await expect(page.getByText('You named the group “Sea weekend”')).toBeVisible();
  });
});

test('a member who manages nothing is offered nothing of it', async ({ app, page }) => {
  await app.openChat('Book club');
  await openSheet(app);
  await expect(sheetOf(page).getByText('You are a member', { exact: true })).toBeVisible();
  for (const name of ['Add members', 'Rename']) await expect(page.getByRole('button', { name })).toHaveCount(0);
  await memberOf(page, 'noor').click();
  await expect(sheetOf(page).getByRole('heading', { name: 'Safety number' })).toBeVisible();
  for (const name of ['Remove noor', 'Make noor the owner']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0);
  }
});

test('one of 256 members is found by name', async ({ app, page }) => {
  await page.locator('[data-peer^="Everybody"]').click();
  await openSheet(app);
  await expect(sheetOf(page).getByRole('heading', { name: '256 members' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Find a member' }).fill('constantin');
  await expect(sheetOf(page).getByRole('listitem')).toHaveCount(1);
  await page.getByRole('textbox', { name: 'Find a member' }).fill('zelda');
  await expect(page.getByText('No member matches “zelda”.')).toBeVisible();
});

test('new keys of one member hold the writing in the group, and lead to that member', async ({ app, page }) => {
  await app.openChat(LAKE);
  const field = page.getByRole('textbox', { name: 'Message to' });
  await field.fill('Half a thought');
  await app.script('changeKeys', 'noor');
  await app.script('alarm', 'peer-keys-changed', LAKE);
  await expect(page.locator('#composer-line')).toContainText('noor has new keys. Nothing is sent in this group');
  await field.press('Enter');
  await expect(field).toHaveValue('Half a thought');
  await page.getByRole('button', { name: 'Look at noor’s keys' }).click();
  await expect(sheetOf(page).getByRole('heading', { name: 'Changed' })).toBeVisible();
  await page.getByRole('button', { name: 'Go on with the new keys' }).click();
  await expect(sheetOf(page).getByRole('heading', { name: 'First use' })).toBeVisible();
  await page.keyboard.press('Escape');
  await field.press('Enter');
  await expect(bubbleOf(page, 'Half a thought')).toHaveAttribute('data-state', 'delivered');
});

test('where the server tells two stories, nothing more is written, and the way on is said', async ({ app, page }) => {
  await app.openChat(LAKE);
  await app.script('fork', LAKE);
  await expect(page.locator('.notice')).toContainText('The server shows different histories of a group.');
  await expect(page.getByRole('textbox', { name: 'Message to' })).toHaveCount(0);
  await expect(page.getByRole('alert').filter({ hasText: 'Writing here has stopped' })).toBeVisible();
  await page.getByRole('button', { name: 'Look at the group code' }).click();
  await expect(sheetOf(page).getByRole('heading', { name: 'Group code' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add members' })).toHaveCount(0);
});

test('who was removed reads on, is told by whom, and writes no more', async ({ app, page }) => {
  await app.openChat(LAKE);
  await page.getByRole('textbox', { name: 'Message to' }).fill('One more thing');
  await app.script('expel', LAKE, 'teodor.k');
  await expect(page.getByRole('region', { name: 'teodor.k removed you from this group' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message to' })).toHaveCount(0);
  await expect(bubbleOf(page, 'As always. First one there buys the coffee.')).toBeVisible();
  await expect(page.locator(`[data-peer="${LAKE}"]`)).toContainText('You are no longer in it');
  await openSheet(app);
  await expect(page.getByRole('button', { name: 'Leave the group' })).toHaveCount(0);
});

test('a group into which a stranger has put one waits for a yes', async ({ app, page }) => {
  await app.openChat('Win with us');
  await expect(page.getByRole('region', { name: 'stranger.9 put you into a group' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message to' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByRole('textbox', { name: 'Message to Win with us' })).toBeVisible();
});

test('a group that cannot be opened says why, and opens when it can', async ({ app, page }) => {
  await app.script('refuse', 'group', 'unavailable');
  await app.openChat(LAKE);
  await openSheet(app);
  await expect(sheetOf(page).getByRole('alert')).toContainText('The server does not answer right now.');
  await app.script('refuse', 'group', null);
  await sheetOf(page).getByRole('button', { name: 'Try again' }).click();
  await expect(sheetOf(page).getByRole('heading', { name: 'Group code' })).toBeVisible();
});

test('arriving messages of a group are told with their author', async ({ app, page }) => {
  await app.openChat(LAKE);
  await app.script('receiveIn', LAKE, 'noor', 'One.');
  await expect(page.locator('.cdk-live-announcer-element')).toHaveText('noor in Lake weekend: One.');
});

test('[T-62] the name of a group is text wherever it stands', async ({ app, page }) => {
  await page.getByRole('button', { name: 'New group' }).click();
  await page.getByLabel('Name of the group').fill(HOSTILE[1]!);
  await page.locator('#names').pressSequentially('mara ');
  await page.getByRole('button', { name: 'Make the group' }).click();
  await expect(page.getByRole('heading', { name: HOSTILE[1]! })).toBeVisible();
  for (const payload of HOSTILE.map((text) => text.replaceAll('\n', ' '))) {
    await openSheet(app);
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name of the group').fill(payload);
    await page.keyboard.press('Enter');
    await expect(said(page)).toHaveText('The name was changed for everyone.');
    await page.keyboard.press('Escape');
    await expect(sheetOf(page)).toHaveCount(0);
    await expect(page.locator('sc-event-line').filter({ hasText: payload.trim() }).first()).toBeVisible();
  }
  expect(await page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
});
