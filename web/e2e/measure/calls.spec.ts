import { expect } from '@playwright/test';
import { hears, makeChoir, rings, singer, SOON_MS } from '../stories/choir.js';
import type { Person } from '../stories/person.js';
import { test } from '../stories/running-stack.js';
import { giveVoice, VOICES } from '../stories/tones.js';
import { cpuShares } from './cpu.js';
import { bareSetUp, forget, noted, noteFirstSound } from './first-sound.js';

const CALLS = Number(process.env.CALLS ?? 20);
/** Of eight, each with seven links, a machine of two cores cannot make the sound. */
const MESH = Number(process.env.MESH ?? 4);
const GROUP = 'Choir';

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
const rising = (values: readonly number[]) => values.toSorted((one, other) => one - other);
/** A figure, where whoever asked for it reads. */
const print = (words: string) => process.stdout.write(`${words}\n`);
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** As several people on one machine without a graphics processor can have it: a small window, without motion. */
async function smallWindow({ page }: Person): Promise<void> {
  await page.setViewportSize({ width: 480, height: 640 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
}

async function allSignUp(people: readonly Person[]): Promise<void> {
  for (const somebody of people) await somebody.signUp();
}

test('from Accept to the first sound', async ({ browser, origin }) => {
  const people = [await singer(browser, origin, 'alice.timed'), await singer(browser, origin, 'bob.timed')] as const;
  const [alice, bob] = people;
  for (const [somebody, voice] of [
    [alice, VOICES.alice],
    [bob, VOICES.bob],
  ] as const) {
    await giveVoice(somebody, voice);
    await somebody.context.addInitScript(noteFirstSound);
  }
  await allSignUp(people);
  await alice.startChat(bob.username);
  await bob.startChat(alice.username);
  const tookMs: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    for (const { page } of people) await forget(page);
    const start = alice.page.getByRole('button', { name: `Call ${bob.username}` });
    await expect(start).toHaveAttribute('aria-disabled', 'false');
    await start.click();
    await rings(bob.page);
    await bob.page.getByRole('button', { name: 'Accept' }).click();
    for (const { page } of people) await expect.poll(async () => (await noted(page)).heardAtMs).not.toBeNull();
    const [hers, his] = [await noted(alice.page), await noted(bob.page)];
    tookMs.push(Math.max(hers.heardAtMs!, his.heardAtMs!) - his.acceptedAtMs!);
    await alice.page.getByRole('button', { name: 'Hang up' }).click();
    for (const { page } of people)
      await expect(page.locator('sc-call-layer')).toHaveAttribute('data-phase', 'ended', { timeout: SOON_MS });
  }
  const floorMs: number[] = [];
  for (let pair = 0; pair < CALLS; pair++) floorMs.push(await bareSetUp(alice.page));
  const [ours, floor] = [rising(tookMs), rising(floorMs)];
  print(
    `From Accept to sound that is heard on both sides, ${CALLS} calls: p50 ${at(ours, 0.5).toFixed(0)} ms, p95 ${at(ours, 0.95).toFixed(0)} ms`,
  );
  print(
    `Two bare connections in one page: p50 ${at(floor, 0.5).toFixed(0)} ms, p95 ${at(floor, 0.95).toFixed(0)} ms; ratio of p95 ${(at(ours, 0.95) / at(floor, 0.95)).toFixed(1)}`,
  );
  for (const somebody of people) await somebody.leave();
});

test('a mesh: everybody hears all others, and what it costs', async ({ browser, origin }) => {
  const people: Person[] = [];
  for (let number = 1; number <= MESH; number++) people.push(await singer(browser, origin, `singer${number}.timed`));
  await allSignUp(people);
  await makeChoir(people as [Person, ...Person[]], GROUP);
  for (const somebody of people) await smallWindow(somebody);
  const idle = await cpuShares(browser, 10);
  const [first, ...others] = people as [Person, ...Person[]];

  await first.page.getByRole('button', { name: `Call ${GROUP}` }).click();
  for (const { page } of others) await rings(page);
  for (const { page } of others) await page.getByRole('button', { name: 'Accept' }).click();
  for (const somebody of people)
    await hears(
      somebody,
      people.filter((other) => other !== somebody),
    );
  const of = (shares: readonly number[]) => rising(shares).slice(-MESH);
  const talking = await cpuShares(browser, 20);
  print(
    `${MESH} in a call, each in a window of their own on this machine, of one core: a page ${percent(at(of(talking.pages), 0.5))} (median; before the call ${percent(at(of(idle.pages), 0.5))}), what they share ${percent(talking.shared)} (before ${percent(idle.shared)})`,
  );
  for (const somebody of people) await somebody.leave();
});
