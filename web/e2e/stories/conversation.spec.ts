import { HOSTILE } from '../spoken.js';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const ALICE = 'alice.talks';
const BOB = 'bob.talks';

test('alice and bob answer, change, take back and react; a stranger waits without a word', async ({
  browser,
  origin,
}) => {
  test.setTimeout(240_000);
  const alice = await Person.withBrowser(browser, origin, ALICE, 'paper lantern under quiet hills');
  const bob = await Person.withBrowser(browser, origin, BOB, 'seven herons cross the estuary');
  await alice.signUp();
  await bob.signUp();
  await bob.moveAwayFrom(await alice.replica());

  // a stranger's words are not shown before one accepts
  await alice.startChat(BOB);
  await alice.write(BOB, 'shall we meet at the mill');
  await alice.newestIs('accepted', 'shall we meet at the mill');
  await bob.page.locator(`[data-peer="${ALICE}"]`).click();
  await expect(bob.page.getByRole('region', { name: `${ALICE} wants to write with you` })).toBeVisible();
  await expect(bob.page.getByText('shall we meet at the mill')).toHaveCount(0);
  await bob.page.getByRole('button', { name: 'Accept' }).click();
  await bob.sees('shall we meet at the mill');
  await alice.newestIs('read', 'shall we meet at the mill');

  // typing, on the other gateway
  await bob.page.getByRole('textbox', { name: `Message to ${ALICE}` }).pressSequentially('yes, at noon', { delay: 20 });
  await expect(alice.page.locator('sc-company-line')).toContainText('Typing');
  await bob.page.keyboard.press('Enter');
  await alice.sees('yes, at noon');

  await alice.choose('yes, at noon', 'Reply');
  await alice.write(BOB, 'I bring the bread');
  await expect(bob.bubble('I bring the bread').locator('sc-quote')).toContainText('yes, at noon');
  await bob.choose('I bring the bread', 'React with 👍');
  await expect(alice.bubble('I bring the bread').getByRole('button', { name: '👍, 1 person' })).toBeVisible();
  await alice.choose('I bring the bread', 'Edit');
  await alice.write(BOB, 'I bring the cheese');
  await expect(bob.bubble('I bring the cheese')).toContainText('Edited');
  await expect(bob.page.getByText('I bring the bread')).toHaveCount(0);
  await bob.choose('yes, at noon', 'Delete for everyone');
  await bob.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(alice.page.getByText('This message was deleted.')).toBeVisible();
  await expect(alice.page.getByText('yes, at noon')).toHaveCount(0);

  // blocked: nothing comes through, and they are not told
  await bob.page.getByRole('button', { name: 'More about this chat' }).click();
  await bob.page.getByRole('menuitem', { name: `Block ${ALICE}` }).click();
  await expect(bob.page.getByRole('region', { name: `You have blocked ${ALICE}` })).toBeVisible();
  await alice.write(BOB, 'are you there');
  await alice.newestIs('accepted', 'are you there');
  await expect(bob.page.getByText('are you there')).toHaveCount(0);
  await bob.page.getByRole('button', { name: 'Unblock' }).click();
  await expect(bob.page.getByRole('textbox', { name: `Message to ${ALICE}` })).toBeVisible();
  for (const person of [alice, bob]) expect(person.complaints).toEqual([]);
  await alice.leave();
  await bob.leave();
});

test('[T-62] [T-63] nothing that mallory writes, quotes or calls her device runs, and no request leaves for it', async ({
  browser,
  origin,
}) => {
  test.setTimeout(180_000);
  const alice = await Person.withBrowser(browser, origin, 'alice.unharmed', 'paper lantern under quiet hills');
  const mallory = await Person.withBrowser(browser, origin, 'mallory.writes', 'seven herons cross the estuary');
  const foreign: string[] = [];
  for (const { context } of [alice, mallory]) {
    context.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(origin).host) foreign.push(request.url());
    });
  }
  await alice.signUp();
  await mallory.signUp();
  await mallory.startChat(alice.username);
  for (const text of HOSTILE) await mallory.write(alice.username, text);
  await mallory.newestIs('accepted', HOSTILE.at(-1)!);
  await alice.startChat(mallory.username);
  await expect(alice.page.locator('sc-message-text')).toHaveCount(HOSTILE.length);
  await mallory.choose(HOSTILE[1]!, 'Reply');
  await mallory.write(alice.username, HOSTILE[2]!);
  await expect(alice.page.locator('sc-quote')).toContainText(HOSTILE[1]!);
  await mallory.page.goto('/account');
  await mallory.page.getByRole('button', { name: 'Rename' }).click();
  await mallory.page.getByLabel('Name of this device').fill(HOSTILE[1]!);
  await mallory.page.getByRole('button', { name: 'Save' }).click();
  await expect(mallory.page.locator('sc-devices-section li')).toContainText(HOSTILE[1]!);
  // the list's line, the tab's title and a second visit show it too
  await alice.page.reload();
  await expect(alice.page.locator('sc-message-text')).toHaveCount(HOSTILE.length + 1);
  for (const link of await alice.page.locator('sc-message-text a').all()) await link.hover();
  for (const { page, complaints } of [alice, mallory]) {
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await page.locator('sc-shell :is(script, iframe, object, embed, link, style, img)').count()).toBe(0);
    expect(complaints).toEqual([]);
  }
  expect(foreign).toEqual([]);
  await alice.leave();
  await mallory.leave();
});
