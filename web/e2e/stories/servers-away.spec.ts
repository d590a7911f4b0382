import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const GATEWAYS = ['messaging-gateway-1', 'messaging-gateway-2'];

test('with every gateway dead a reload shows what was there, and what is written waits over a reload for them', async ({
  browser,
  origin,
  stack,
}) => {
  test.setTimeout(240_000);
  const alice = await Person.withBrowser(browser, origin, 'alice.away', 'paper lantern under quiet hills');
  const bob = await Person.withBrowser(browser, origin, 'bob.away', 'seven herons cross the estuary');
  await alice.signUp();
  await bob.signUp();
  await alice.startChat(bob.username);
  await alice.write(bob.username, 'read me in the dark');
  await bob.startChat(alice.username);
  await bob.sees('read me in the dark');
  await bob.write(alice.username, 'I can');
  await alice.sees('I can');

  await Promise.all(GATEWAYS.map((name) => stack.kill(name)));
  await expect(alice.page.locator('sc-shell')).not.toHaveAttribute('data-connection', 'connected');
  await alice.page.reload();
  await alice.sees('read me in the dark');
  await alice.sees('I can');
  await alice.write(bob.username, 'written in the dark');
  await expect(alice.bubble('written in the dark')).toHaveAttribute('data-state', 'encrypted');
  await alice.page.reload();
  await expect(alice.bubble('written in the dark')).toHaveAttribute('data-state', 'encrypted');
  // only one comes back, and it may be another one than before
  await stack.start(GATEWAYS[1]!);
  await bob.sees('written in the dark');
  await alice.newestIs('read', 'written in the dark');
  await stack.start(GATEWAYS[0]!);
  const read = (await bob.readThread()).map(({ text }) => text);
  expect(read).toEqual(['read me in the dark', 'I can', 'written in the dark']);
  for (const person of [alice, bob]) expect(person.complaints).toEqual([]);
  await alice.leave();
  await bob.leave();
});
