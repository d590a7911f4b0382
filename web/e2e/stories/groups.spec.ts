import { makeChoir } from './choir.js';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const GROUP = 'Lake weekend';

const composerOf = ({ page }: Person) => page.getByRole('textbox', { name: `Message to ${GROUP}` });

test('three talk in a group; one is removed, reads by whom, and sees nothing of what the two go on to say', async ({
  browser,
  origin,
}) => {
  test.setTimeout(240_000);
  const [alice, bob, carol] = (await Promise.all(
    ['alice.swims', 'bob.swims', 'carol.swims'].map(async (name) => {
      const person = await Person.withBrowser(browser, origin, name, `${name} across a cold lake`);
      await person.signUp();
      return person;
    }),
  )) as [Person, Person, Person];
  await makeChoir([alice, bob, carol], GROUP);

  await alice.write(GROUP, 'the cabin is ours');
  for (const person of [bob, carol]) await person.sees('the cabin is ours');
  await alice.newestIs('read', 'the cabin is ours');
  await bob.write(GROUP, 'I bring the boat');
  for (const person of [alice, carol]) await person.sees('I bring the boat');
  await carol.write(GROUP, 'and I the soup');
  for (const person of [alice, bob]) await person.sees('and I the soup');
  await expect(bob.bubble('and I the soup').locator('.author')).toHaveText(carol.username);
  for (const person of [bob, carol]) await person.newestIs('read', person === bob ? 'the boat' : 'the soup');
  await expect(carol.page.locator('sc-message-bubble')).toHaveCount(3);

  await composerOf(carol).fill('half a thought');
  await alice.page.getByRole('button', { name: 'About this group' }).click();
  const sheet = alice.page.getByRole('dialog');
  await sheet.getByRole('button', { name: new RegExp(`^${carol.username} `) }).click();
  await sheet.getByRole('button', { name: `Remove ${carol.username}` }).click();
  await sheet.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(sheet.getByText(`${carol.username} is no longer in the group.`)).toBeVisible();
  await alice.page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);

  await expect(carol.page.getByRole('region', { name: `${alice.username} removed you from this group` })).toBeVisible();
  await expect(composerOf(carol)).toHaveCount(0);
  await expect(carol.page.getByRole('button', { name: `Call ${GROUP}` })).toHaveCount(0);
  await bob.sees(`${alice.username} removed ${carol.username}`);

  await alice.write(GROUP, 'the boat leaves at nine');
  await bob.sees('the boat leaves at nine');
  await bob.write(GROUP, 'I am there at eight');
  await alice.sees('I am there at eight');
  await bob.newestIs('read', 'I am there at eight');
  // what is meant for carol still reaches her, and after it the page is asked again for all that the server gives her
  await alice.startChat(carol.username);
  await alice.write(carol.username, 'another time, maybe');
  await expect(carol.page.locator(`[data-peer="${alice.username}"]`)).toContainText('another time, maybe');
  await carol.page.reload();
  await carol.sees('and I the soup');
  await expect(carol.page.getByRole('region', { name: `${alice.username} removed you from this group` })).toBeVisible();
  await expect(carol.page.locator('sc-message-bubble')).toHaveCount(3);
  await expect(carol.page.locator(`[data-peer="${GROUP}"]`)).toContainText('You are no longer in it');
  for (const text of ['the boat leaves at nine', 'I am there at eight'])
    await expect(carol.page.getByText(text)).toHaveCount(0);
  for (const person of [alice, bob, carol]) {
    expect(person.complaints).toEqual([]);
    await person.leave();
  }
});
