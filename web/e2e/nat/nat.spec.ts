import { type Browser, type BrowserType, expect, type Page, test as base } from '@playwright/test';
import { launchStack } from '@secureconnect/launch/stack';
import { renderRelayConfig } from '@secureconnect/launch/relay/relay-config';
import { readTurnSecret } from '@secureconnect/launch/secrets';
import type { Stack } from '@secureconnect/launch/stack/running-stack';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from '../stories/person.js';
import { giveVoice, voiceHeardBy, VOICES } from '../stories/tones.js';
import {
  browserAt,
  bytesSoFar,
  type Home,
  mend,
  type NatKind,
  plugCable,
  PUBLIC,
  spoil,
  unplugCable,
  useNat,
} from './lab.js';

const ORIGIN = `https://${PUBLIC}:8443`;
const RELAY = { address: PUBLIC, port: 3478, relayPorts: [49_160, 49_359] } as const;
const SOON_MS = 60_000;

/** The whole product in the public segment: https for both homes, and the relay as an operator's. */
const test = base.extend<object, { stack: Stack; folder: string }>({
  folder: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from it what a fixture needs
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'sc-nat-'));
      await use(folder);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  stack: [
    async ({ folder }, use) => {
      const at = `${PUBLIC}:${RELAY.port}`;
      const urls = { STUN_URLS: `stun:${at}`, TURN_URLS: `turn:${at}?transport=udp,turn:${at}?transport=tcp` };
      const env = { all: { THROTTLE_SCALE: '1000' }, signaling: urls };
      const stack = await launchStack({ nginx: true, env, origins: [ORIGIN] });
      const config = join(folder, 'turnserver.conf');
      writeFileSync(config, renderRelayConfig(RELAY, readTurnSecret(stack.secretsDir)), { mode: 0o600 });
      const relay = spawn('turnserver', ['-c', config, `--pidfile=${join(folder, 'turn.pid')}`], { stdio: 'ignore' });
      const { port } = new URL(stack.door!.httpsUrl);
      const door = createServer((outer) => {
        const inner = connect(Number(port), '127.0.0.1');
        for (const [from, to] of [
          [outer, inner],
          [inner, outer],
        ] as const) {
          from.pipe(to);
          from.on('error', () => to.destroy());
          from.on('close', () => to.destroy());
        }
      });
      await new Promise<void>((resolve) => door.listen(8443, PUBLIC, resolve));
      await use(stack);
      relay.kill();
      door.close();
      await stack.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

const layer = (page: Page) => page.locator('sc-call-layer');
const row = ({ page }: Person) => page.locator('sc-person-row');
const isIn = (somebody: Person, phase: string) =>
  expect(layer(somebody.page)).toHaveAttribute('data-phase', phase, { timeout: SOON_MS });

interface Two {
  readonly alice: Person;
  readonly bob: Person;
  readonly leave: () => Promise<void>;
}

/** alice at home a and bob at home b, each in a browser of their own, in a call. */
async function talk(
  launch: (home: Home) => Promise<Browser>,
  kinds: readonly [NatKind, NatKind],
  word: string,
): Promise<Two> {
  useNat('a', kinds[0]);
  useNat('b', kinds[1]);
  const browsers = [await launch('a'), await launch('b')] as const;
  const people: Person[] = [];
  for (const [index, voice] of (['alice', 'bob'] as const).entries()) {
    const name = `${voice}.${word}`;
    const somebody = await Person.withBrowser(browsers[index]!, ORIGIN, name, `${name} walks under quiet hills`);
    await giveVoice(somebody, VOICES[voice]);
    await somebody.context.grantPermissions(['microphone'], { origin: ORIGIN });
    await somebody.signUp();
    people.push(somebody);
  }
  const [alice, bob] = people as [Person, Person];
  await alice.startChat(bob.username);
  await bob.startChat(alice.username);
  await alice.page.getByRole('button', { name: `Call ${bob.username}` }).click();
  await isIn(bob, 'ringing');
  await bob.page.getByRole('button', { name: 'Accept' }).click();
  for (const somebody of people) await isIn(somebody, 'connected');
  const leave = async () => {
    for (const browser of browsers) await browser.close();
  };
  return { alice, bob, leave };
}

async function hearEachOther({ alice, bob }: Two): Promise<void> {
  await expect.poll(() => voiceHeardBy(bob), { timeout: SOON_MS }).toBe('alice');
  await expect.poll(() => voiceHeardBy(alice), { timeout: SOON_MS }).toBe('bob');
}

const launcher =
  (chromium: BrowserType, folder: string) =>
  (home: Home): Promise<Browser> =>
    chromium.launch({
      executablePath: browserAt(home, folder, process.env.CHROMIUM ?? '/usr/bin/chromium'),
      args: [...(base.info().project.use.launchOptions?.args ?? []), '--ignore-certificate-errors'],
    });

test('behind two home routers: direct, through loss and delay, and again after five seconds without a line', async ({
  folder,
  playwright,
  stack,
}) => {
  expect(stack.door).toBeDefined();
  const two = await talk(launcher(playwright.chromium, folder), ['cone', 'cone'], 'cone');
  const { alice, bob } = two;
  await hearEachOther(two);
  for (const somebody of [alice, bob]) await expect(row(somebody)).toHaveAttribute('data-path', 'direct');

  // no sound goes through a service: counted on the wire
  const before = bytesSoFar('a');
  await alice.page.waitForTimeout(10_000);
  const after = bytesSoFar('a');
  const [line, services] = [after.line - before.line, after.services - before.services];
  process.stdout.write(`10 s of a direct call: ${line} bytes on alice's line, ${services} at all services together\n`);
  expect(line).toBeGreaterThan(40_000);
  expect(services).toBeLessThan(line / 10);

  await spoil('b', 5, 150);
  await hearEachOther(two);
  // long enough that a call which cannot bear it would have been lost
  await alice.page.waitForTimeout(10_000);
  await hearEachOther(two);
  mend('b');

  unplugCable('a');
  await isIn(bob, 'reconnecting');
  await alice.page.waitForTimeout(5_000);
  plugCable('a');
  for (const somebody of [alice, bob]) await isIn(somebody, 'connected');
  await hearEachOther(two);
  await two.leave();
});

test('behind routers that give each peer another port: by the relay, whose host the panel names', async ({
  folder,
  playwright,
  stack,
}) => {
  expect(stack.door).toBeDefined();
  const two = await talk(launcher(playwright.chromium, folder), ['symmetric', 'symmetric'], 'symmetric');
  await hearEachOther(two);
  for (const somebody of [two.alice, two.bob]) await expect(row(somebody)).toHaveAttribute('data-path', 'relayed');
  const { page } = two.alice;
  await page.locator('summary', { hasText: 'Quality' }).click();
  await expect(page.locator('sc-quality-panel')).toContainText(`Relayed by ${PUBLIC}`);
  await two.leave();
});
