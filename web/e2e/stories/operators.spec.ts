import type { Locator } from '@playwright/test';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const CAROL = 'carol.asks';
const DAVE = 'dave.hears';

test.describe.configure({ mode: 'serial', timeout: 240_000 });

/** Runs the server. */
let olga: Person;
let carol: Person;
let dave: Person;

/** Everything about one account, where an operator acts on it. */
async function sheetOf(username: string): Promise<Locator> {
  await olga.page.getByRole('link', { name: 'People' }).click();
  await olga.page.getByRole('searchbox').fill(username);
  await olga.page.getByRole('button', { name: `Look at ${username}` }).click();
  return olga.page.getByRole('dialog', { name: username });
}

async function closeSheet(sheet: Locator): Promise<void> {
  await olga.page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
}

/** To another place of the page, without a reload. */
const walk = ({ page }: Person, place: string) => page.locator(`[data-place="${place}"]`).click();
const composerOf = ({ page }: Person, peer: string) => page.getByRole('textbox', { name: `Message to ${peer}` });

async function askFor(amount: string, reference: string): Promise<Locator> {
  await carol.page.getByLabel('Credits', { exact: true }).fill(amount);
  await carol.page.getByLabel('Payment reference').fill(reference);
  await carol.page.getByRole('button', { name: 'Ask for credits' }).click();
  const request = carol.page.locator(`[data-topup="${reference}"]`);
  await expect(request).toHaveAttribute('data-state', 'requested');
  return request;
}

/** Both are sent before the page hears what the first has cost: as if one hand were quicker than the server. */
function writeAtOnce(field: Locator, texts: readonly string[]): Promise<void> {
  return field.evaluate((element: HTMLTextAreaElement, all) => {
    for (const text of all) {
      element.value = text;
      element.dispatchEvent(new InputEvent('input', { bubbles: true }));
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    }
  }, texts);
}

test.beforeAll(async ({ browser, origin, stack }) => {
  const names = ['olga.runs', CAROL, DAVE];
  [olga, carol, dave] = (await Promise.all(
    names.map((name) => Person.withBrowser(browser, origin, name, `${name} watches eleven swifts`)),
  )) as [Person, Person, Person];
  await Promise.all([olga, carol, dave].map((person) => person.signUp()));
  // whoever can read the terminal is the first admin
  await olga.page.goto('/admin');
  await olga.page.getByLabel('One-time token').fill(stack.bootstrapToken());
  await olga.page.keyboard.press('Enter');
  await expect(olga.page.getByRole('link', { name: 'People' })).toBeVisible();
});

test.afterAll(async () => {
  await Promise.all([olga, carol, dave].map((person) => person.leave()));
});

test('carol runs out of credits in the middle of a chat, keeps her words, and sees more credits come', async () => {
  await carol.startChat(DAVE);
  await carol.write(DAVE, 'shall we meet at the mill');
  await carol.newestIs('accepted', 'shall we meet at the mill');
  await dave.startChat(CAROL);
  await dave.sees('shall we meet at the mill');

  const sheet = await sheetOf(CAROL);
  await sheet.getByLabel('Credits to add').fill('-498');
  await sheet.getByLabel('Why their credits change').fill('Given by mistake');
  await sheet.getByRole('button', { name: 'Change the credits' }).click();
  await expect(sheet.getByText(/^Done\. .* 1 credit now\.$/)).toBeVisible();
  await closeSheet(sheet);
  await expect.poll(() => carol.balance()).toBe(1);

  // one credit, two messages: the server takes the first and refuses the second
  const field = composerOf(carol, DAVE);
  await writeAtOnce(field, ['I bring the bread', 'and the cheese']);
  await dave.sees('I bring the bread');
  const refused = carol.bubble('and the cheese');
  await expect(refused).toHaveAttribute('data-state', 'failed');
  await expect(refused).toContainText('You have no credits left. Your text is kept. Ask for a top-up, then try again.');
  await expect.poll(() => carol.balance()).toBe(0);
  // with none left nothing is even tried, and the draft stays
  await expect(carol.page.locator('#composer-line')).toContainText('You have no credits left. Your text is kept.');
  await field.fill('where are you');
  await field.press('Enter');
  await expect(field).toHaveValue('where are you');
  await expect(carol.bubble('where are you')).toHaveCount(0);
  // what the server gives dave anew is what it has stored
  await dave.page.reload();
  await dave.sees('I bring the bread');
  await expect(dave.page.locator('sc-message-bubble')).toHaveCount(2);

  await carol.page.getByRole('link', { name: 'Ask for a top-up' }).click();
  await expect(carol.page.locator('[data-balance]')).toHaveText('0');
  const request = await askFor('250', 'receipt 77');
  await olga.page.getByRole('link', { name: 'Top-ups' }).click();
  await olga.page.getByRole('button', { name: `Approve 250 credits for ${CAROL}` }).click();
  await olga.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(olga.page.getByText('1 request approved.')).toBeVisible();
  // without a reload
  await expect(carol.page.getByText('Your request for 250 credits was approved.')).toBeVisible();
  await expect(request).toHaveAttribute('data-state', 'approved');
  await expect(carol.page.locator('[data-balance]')).toHaveText('250');

  await walk(carol, '/chats');
  await carol.openChat(DAVE);
  await expect(field).toHaveValue('where are you');
  await field.press('Enter');
  await dave.sees('where are you');
  await refused.getByRole('button', { name: 'Try again' }).click();
  await dave.sees('and the cheese');
  await expect(carol.page.locator('[data-state="failed"]')).toHaveCount(0);
  await expect.poll(() => carol.balance()).toBe(248);
});

test('carol’s account is closed in the middle of a chat: she reads at once why and until when, and goes on after', async () => {
  await composerOf(carol, DAVE).fill('I was just saying');
  const sheet = await sheetOf(CAROL);
  await sheet.getByLabel('Reason').fill('Two accounts for one person');
  await sheet.getByRole('button', { name: 'Close the account' }).click();
  await expect(sheet.getByText('The account is closed.')).toBeVisible();

  const notice = carol.page.getByRole('status').filter({ hasText: '“Two accounts for one person”' });
  await expect(notice).toHaveText(
    /^The people who run this server have closed this account until .*\d{4}.* They say: /,
  );
  const words = await notice.innerText();
  await expect(carol.page.getByText('I was just saying')).toHaveCount(0);
  await dave.write(CAROL, 'are you there');
  await dave.newestIs('accepted', 'are you there');
  await carol.page.getByLabel('Username').fill(carol.username);
  await carol.page.getByLabel('Password').fill(carol.password);
  await carol.page.getByRole('button', { name: 'Log in' }).click();
  await expect(carol.page.getByRole('alert')).toHaveText(words);
  await expect(carol.page.locator('sc-chat-list')).toHaveCount(0);

  await sheet.getByLabel('Reason').fill('It was her sister');
  await sheet.getByRole('button', { name: 'Open the account again' }).click();
  await expect(sheet.getByText('The account is open again.')).toBeVisible();
  await closeSheet(sheet);
  await carol.page.getByRole('button', { name: 'Log in' }).click();
  await carol.isInside();
  await carol.openChat(DAVE);
  await carol.sees('are you there');
  await carol.write(DAVE, 'here I am again');
  await dave.sees('here I am again');
  await expect.poll(() => carol.balance()).toBe(247);
});

test('everybody reads what was done: olga all of it, carol what concerns her, and dave nothing', async () => {
  await olga.page.getByRole('link', { name: 'Audit' }).click();
  await expect(olga.page.locator('[data-entry]')).toHaveCount(5);
  await expect(olga.page.locator('[data-entry]').first()).toContainText('Opened an account again');

  await walk(carol, '/account');
  await expect(carol.page.locator('[data-act]')).toHaveCount(4);
  await expect(carol.page.locator('[data-act="user.ban"]')).toContainText('olga.runs closed your account.');
  await expect(carol.page.locator('[data-act="user.ban"]')).toContainText('“Two accounts for one person”');
  await expect(carol.page.locator('[data-act="user.adjust"]')).toContainText('olga.runs took 498 credits.');
  await expect(carol.page.locator('[data-act="user.adjust"]')).toContainText('“Given by mistake”');
  await expect(carol.page.locator('[data-act="topup.approve"]')).toContainText('approved your request for 250 credits');
  await walk(dave, '/account');
  await expect(dave.page.getByText('Nothing so far.')).toBeVisible();
  await expect(dave.page.locator('[data-act]')).toHaveCount(0);
});

test('carol’s account is deleted: she is out at once', async () => {
  const sheet = await sheetOf(CAROL);
  await sheet.getByLabel(`Type “${CAROL}” to go on`).fill(CAROL);
  await sheet.getByLabel('Why it is deleted').fill('She asked for it');
  await sheet.getByRole('button', { name: 'Delete the account' }).click();
  await expect(sheet.getByText('The account is deleted.')).toBeVisible();
  await expect(carol.page.getByText('They say: “This account was deleted.”')).toBeVisible();
  for (const person of [olga, carol, dave]) expect(person.complaints).toEqual([]);
});
