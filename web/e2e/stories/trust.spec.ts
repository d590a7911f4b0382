import { chromium, type Page } from '@playwright/test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from './person.js';
import { expect, test } from './running-stack.js';

const ALICE = 'alice.trusts';
const BOB = 'bob.trusts';
const PASSWORD_OF_ALICE = 'paper lantern under quiet hills';
const PASSWORD_OF_BOB = 'seven herons cross the estuary';

async function openKeys({ page }: Person): Promise<void> {
  await page.locator('sc-trust-badge button').click();
  await expect(page.locator('.digits span')).toHaveCount(12);
}

async function closeKeys({ page }: Person): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.locator('sc-trust-sheet')).toHaveCount(0);
}

const codeOf = ({ page }: Person): Promise<Buffer> => page.locator('sc-qr-code svg').screenshot();
const digitsOf = ({ page }: Person): Promise<string[]> => page.locator('.digits span').allInnerTexts();
const isTrusted = ({ page }: Person, trust: string): Promise<void> =>
  expect(page.locator('sc-trust-badge button')).toHaveAttribute('data-trust', trust, { timeout: 30_000 });

/** A picture as a camera would see it: JPEG, 640 x 480, the code in its middle. */
async function asSeenByCamera(page: Page, code: Buffer): Promise<Buffer> {
  await page.setViewportSize({ width: 640, height: 480 });
  const source = `data:image/png;base64,${code.toString('base64')}`;
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:480px;background:#bbb"><img height="360" src="${source}">`,
  );
  await page.locator('img').evaluate((image: HTMLImageElement) => image.decode());
  return page.screenshot({ type: 'jpeg', quality: 92 });
}

test('alice and bob compare keys, by number, picture and camera; bob starts fresh, and nothing is sent to him unseen', async ({
  browser,
  origin,
  launchOptions,
}) => {
  test.setTimeout(240_000);
  const alice = await Person.withBrowser(browser, origin, ALICE, PASSWORD_OF_ALICE);
  const bob = await Person.withBrowser(browser, origin, BOB, PASSWORD_OF_BOB);
  await alice.signUp();
  await bob.signUp();
  await alice.startChat(BOB);
  await alice.write(BOB, 'are you who I think');
  await bob.startChat(ALICE);
  await bob.sees('are you who I think');
  await bob.write(ALICE, 'the very same');
  await alice.sees('the very same');
  await isTrusted(alice, 'first-use');

  await openKeys(alice);
  await openKeys(bob);
  expect(await digitsOf(alice)).toEqual(await digitsOf(bob));
  const [ofAlice, ofBob] = [await codeOf(alice), await codeOf(bob)];
  // bob, by number; alice, by a picture that bob sent her on another way
  await bob.page.getByRole('button', { name: 'They are the same' }).click();
  await expect(bob.page.getByText('Verified by you by number')).toBeVisible();
  const picture = alice.page.locator('sc-safety-section input[type=file]');
  await picture.setInputFiles({ name: 'code.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') });
  await expect(alice.page.getByText('No code was found in this picture.')).toBeVisible();
  await picture.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: ofBob });
  await expect(alice.page.getByText('The same. You have verified each other’s keys.')).toBeVisible();
  await closeKeys(alice);
  await closeKeys(bob);
  await isTrusted(alice, 'verified');
  await isTrusted(bob, 'verified');

  // and by a camera, into which alice holds her phone
  const folder = await mkdtemp(join(tmpdir(), 'camera-'));
  const video = join(folder, 'code.mjpeg');
  const drawing = await browser.newPage();
  const frame = await asSeenByCamera(drawing, ofAlice);
  await drawing.close();
  await writeFile(video, Buffer.concat(Array.from({ length: 30 }, () => frame)));
  const withCamera = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--use-file-for-fake-video-capture=${video}`],
  });
  const atDesk = await Person.withBrowser(withCamera, origin, BOB, PASSWORD_OF_BOB);
  await atDesk.logIn();
  await atDesk.openChat(ALICE);
  await openKeys(atDesk);
  await atDesk.page.getByRole('button', { name: 'Scan with the camera' }).click();
  await expect(atDesk.page.getByText('The same. You have verified each other’s keys.')).toBeVisible({
    timeout: 30_000,
  });
  await expect(atDesk.page.locator('sc-camera-scan')).toHaveCount(0);
  await closeKeys(atDesk);
  await isTrusted(atDesk, 'verified');
  expect(atDesk.complaints).toEqual([]);
  await withCamera.close();
  await rm(folder, { recursive: true });

  // a camera that is not allowed is said in words, and the other ways stay
  await openKeys(alice);
  await alice.page.evaluate(() => {
    const refuse = () => Promise.reject(new DOMException('denied by the person', 'NotAllowedError'));
    Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refuse });
  });
  await alice.page.getByRole('button', { name: 'Scan with the camera' }).click();
  await expect(alice.page.getByRole('alert')).toContainText('The camera is not allowed for this page.');
  await alice.page.getByRole('button', { name: 'Close the camera' }).click();
  await expect(alice.page.getByText('Choose a picture of it')).toBeVisible();
  await closeKeys(alice);

  // bob has lost everything: alice sees it, nothing of hers goes to the new keys, and her words stay
  const fresh = await Person.withBrowser(browser, origin, BOB, 'brass compass under the pier');
  await fresh.page.goto('/start-fresh');
  await fresh.page.locator('#username').fill(BOB);
  await fresh.page.getByRole('radio', { name: 'My password' }).check();
  await fresh.page.locator('#proof').fill(PASSWORD_OF_BOB);
  await fresh.page.locator('#next').fill(fresh.password);
  await expect(fresh.page.getByText('Strong', { exact: true })).toBeVisible();
  await fresh.page.locator('#typed').fill('bob.other');
  await fresh.page.getByRole('button', { name: 'Lose what is sealed and start fresh' }).click();
  await expect(fresh.page.getByText('This is not the username above.')).toBeVisible();
  await fresh.page.locator('#typed').fill(BOB);
  await fresh.page.getByRole('button', { name: 'Lose what is sealed and start fresh' }).click();
  await fresh.isInside();
  await isTrusted(alice, 'changed');
  await alice.write(BOB, 'only for the bob I know');
  await expect(alice.page.getByText(`${BOB} has new keys.`).first()).toBeVisible();
  await expect(alice.page.getByRole('textbox', { name: `Message to ${BOB}` })).toHaveValue('only for the bob I know');
  await expect(alice.bubble('only for the bob I know')).toHaveCount(0);
  await alice.page.getByRole('button', { name: 'Look at the keys' }).click();
  // a verified contact is compared again, not waved through; to bob, who has forgotten everybody, alice is a stranger
  await fresh.page.locator(`[data-peer="${ALICE}"]`).click();
  await fresh.page.getByRole('button', { name: 'Accept' }).click();
  await expect(fresh.page.getByRole('textbox', { name: `Message to ${ALICE}` })).toBeVisible();
  await openKeys(fresh);
  await expect.poll(() => digitsOf(alice)).toEqual(await digitsOf(fresh));
  await closeKeys(fresh);
  await alice.page.getByRole('button', { name: 'They are the same' }).click();
  await expect(alice.page.getByRole('button', { name: 'Take this back' })).toBeVisible();
  await closeKeys(alice);
  await isTrusted(alice, 'verified');
  await alice.page.getByRole('textbox', { name: `Message to ${BOB}` }).press('Enter');
  await fresh.sees('only for the bob I know');
  for (const person of [alice, fresh]) expect(person.complaints).toEqual([]);
  await Promise.all([alice, bob, fresh].map((person) => person.leave()));
});
