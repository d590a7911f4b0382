import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { LAKE } from './group-parts.js';
import { expect, test, type ScriptedApp } from './scripted-app.js';

const LOOKS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'light' },
] as const;

const ring = (page: Page) => page.getByRole('alertdialog');
const screen = (page: Page) => page.getByRole('dialog', { name: 'Call with mara' });
const card = (page: Page, name = 'mara') => page.getByRole('region', { name: `Call with ${name}` });
/** As many others as a call holds. */
const OTHERS = ['mara', 'noor', 'ines', 'teodor.k', 'sam-b', 'yusuf', 'linnea'] as const;

/** Mara is called, and answers. */
async function talk(app: ScriptedApp): Promise<void> {
  await app.open('friends');
  await app.openChat('mara');
  await app.page.getByRole('button', { name: 'Call mara' }).click();
  await expect(screen(app.page)).toBeVisible();
  await app.script('connectCall');
  await expect(screen(app.page)).toContainText('dog');
}

async function clean(app: ScriptedApp, page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const { width, height, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(100);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
    expect(found, `${width} px, ${colorScheme}`).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
  }
  expect(app.complaints).toEqual([]);
}

test.describe('somebody calls', () => {
  test('it rings over whatever one reads, by name, and Accept or Decline are reached by keys', async ({
    app,
    page,
  }) => {
    await app.open('friends');
    await app.script('ringAt', 'mara');
    await expect(ring(page)).toContainText('mara is calling');
    await expect(ring(page)).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Decline' })).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(screen(page)).toBeVisible();
  });

  test('whoever is typing goes on typing', async ({ app, page }) => {
    await app.open('friends');
    await app.openChat('noor');
    const composer = page.getByRole('textbox', { name: 'Message to noor' });
    await composer.pressSequentially('half a ');
    await app.script('ringAt', 'mara');
    await expect(ring(page)).toBeVisible();
    await page.keyboard.type('sentence');
    await expect(composer).toHaveValue('half a sentence');
    await expect(ring(page)).toBeVisible();
  });

  test('no microphone is asked for before Accept', async ({ app, page }) => {
    await page.addInitScript(() => {
      const noted = window as unknown as { asked: number };
      noted.asked = 0;
      navigator.mediaDevices.getUserMedia = () => {
        noted.asked++;
        return Promise.reject(new DOMException('', 'NotAllowedError'));
      };
    });
    await app.open('friends');
    await app.script('ringAt', 'mara');
    await expect(ring(page)).toBeVisible();
    await page.getByRole('button', { name: 'Decline' }).click();
    await expect(ring(page)).toHaveCount(0);
    expect(await page.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(0);
  });

  test('answered on another device, it says so and goes away', async ({ app, page }) => {
    await app.open('friends');
    await app.script('ringAt', 'mara');
    await expect(ring(page)).toBeVisible();
    await app.script('endCall', 'answered-elsewhere');
    await expect(ring(page)).toHaveCount(0);
    await expect(card(page)).toContainText('Answered on another of your devices.');
    await card(page).getByRole('button', { name: 'Close' }).click();
    await expect(card(page)).toHaveCount(0);
  });

  test('the ring is clean in light and dark, wide and narrow', async ({ app, page }) => {
    await app.open('friends');
    await app.script('ringAt', 'mara');
    await expect(ring(page)).toBeVisible();
    await clean(app, page);
  });
});

test.describe('in a call', () => {
  test('it says in words where it stands, from calling to its end', async ({ app, page }) => {
    await app.open('friends');
    await app.openChat('mara');
    await page.getByRole('button', { name: 'Call mara' }).click();
    const state = screen(page).locator('sc-call-state');
    await expect(state).toContainText('Calling');
    await app.script('ringThere');
    await expect(state).toContainText('Ringing');
    await app.script('connectCall');
    await expect(state).toContainText(/0:0\d/);
    await app.script('loseCall');
    await expect(screen(page)).toContainText('The connection is being found again.');
    await app.script('connectCall');
    await app.script('endCall', 'no-path');
    await expect(page.getByText('No way was found from your network to theirs.').first()).toBeVisible();
  });

  test('seven signs are there to compare, with their words, and whether sound is sealed twice', async ({
    app,
    page,
  }) => {
    await talk(app);
    await expect(screen(page).locator('[data-code]')).toHaveAttribute(
      'data-code',
      'dog, moon, fire, apple, penguin, tree, butterfly',
    );
    await expect(screen(page)).toContainText('If mara sees the same seven, nobody stands between you.');
    await expect(screen(page)).toContainText('sealed twice');
  });

  test('held down, the space bar lets one be heard while muted, if one has asked for that', async ({ app, page }) => {
    await talk(app);
    const muted = screen(page).getByText('You are muted.');
    await screen(page).getByRole('button', { name: 'Mute' }).click();
    await expect(muted).toHaveText('You are muted. Nobody hears you.');
    await screen(page).getByText('Microphone and loudspeaker').click();
    await screen(page).getByLabel('While muted, hold the space bar to be heard').check();
    await expect(muted).toHaveText('You are muted. Hold the space bar to be heard.');
    // a key of its own keeps its meaning
    await page.keyboard.press('Space');
    await expect(muted).toHaveText('You are muted. Nobody hears you.');
    await page.keyboard.press('Space');
    await expect(muted).toHaveText('You are muted. Hold the space bar to be heard.');

    await screen(page).getByRole('button', { name: 'Unmute' }).focus();
    await page.keyboard.down('Space');
    await expect(muted).toHaveCount(0);
    await page.keyboard.up('Space');
    await expect(muted).toBeVisible();

    // and when the page is left with the key held down, nobody listens on
    await page.keyboard.down('Space');
    await expect(muted).toHaveCount(0);
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect(muted).toBeVisible();
    await page.keyboard.up('Space');
    await expect(muted).toBeVisible();
    expect(app.complaints).toEqual([]);
  });

  test('M mutes, and one is told that nobody hears', async ({ app, page }) => {
    await talk(app);
    await page.keyboard.press('m');
    await expect(screen(page)).toContainText('You are muted. Nobody hears you.');
    await expect(screen(page).getByRole('button', { name: 'Unmute' })).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('m');
    await expect(screen(page)).not.toContainText('You are muted');
    await app.script('muteThem', true);
    await expect(screen(page).getByRole('img', { name: 'mara is muted' })).toBeVisible();
  });

  test('Escape makes it small, one reads and writes meanwhile, and it grows again', async ({ app, page }) => {
    await talk(app);
    await page.keyboard.press('Escape');
    await expect(card(page)).toBeVisible();
    await expect(screen(page)).toHaveCount(0);
    const composer = page.getByRole('textbox', { name: 'Message to mara' });
    await composer.fill('mmm, on the phone');
    await expect(card(page).getByRole('button', { name: 'Mute' })).toBeVisible();
    await card(page).getByRole('button', { name: 'Open the call' }).click();
    await expect(screen(page)).toBeVisible();
    await screen(page).getByRole('button', { name: 'Hang up' }).click();
    await expect(card(page)).toContainText('The call is over.');
  });

  test('another one cannot be begun beside it', async ({ app, page }) => {
    await talk(app);
    await page.keyboard.press('Escape');
    await app.openChat('noor');
    await expect(page.getByRole('button', { name: 'Call noor' })).toHaveAttribute('aria-disabled', 'true');
  });

  test('[T-85] keys that are not theirs end it in words that stay until they are put away', async ({ app, page }) => {
    await talk(app);
    await app.script('endCall', 'not-proven');
    await expect(screen(page)).toContainText('It was ended before any sound.');
    await screen(page).getByRole('button', { name: 'Close' }).click();
    await expect(screen(page)).toHaveCount(0);
  });

  test('what the server refuses is said where one asked', async ({ app, page }) => {
    await app.open('friends');
    await app.openChat('mara');
    await app.script('refuse', 'placeCall', 'insufficient-credits');
    await page.getByRole('button', { name: 'Call mara' }).click();
    await expect(page.getByRole('alert')).toContainText('You have no credits left.');
  });

  test('the screen and the card are clean in light and dark, wide and narrow', async ({ app, page }) => {
    await talk(app);
    await page.getByText('Microphone and loudspeaker').click();
    await clean(app, page);
    await page.keyboard.press('Escape');
    await expect(card(page)).toBeVisible();
    await clean(app, page);
  });
});

test.describe('a call of a group', () => {
  const meeting = (page: Page) => page.getByRole('dialog', { name: `Call with ${LAKE}` });
  const bar = (page: Page) => page.getByRole('region', { name: 'A call is going on' });

  /** The group is called by this person, and seven answer. */
  async function meet(app: ScriptedApp): Promise<void> {
    await app.open('groups');
    await app.openChat(LAKE);
    await app.page.getByRole('button', { name: `Call ${LAKE}` }).click();
    await expect(meeting(app.page)).toBeVisible();
    await app.script('inCall', OTHERS);
    await expect(meeting(app.page).locator('sc-person-row')).toHaveCount(7);
  }

  test('says who calls which group, and is answered by keys', async ({ app, page }) => {
    await app.open('groups');
    await app.script('callGroup', LAKE, 'mara');
    await expect(ring(page)).toContainText(`mara is calling ${LAKE}`);
    await expect(ring(page)).toContainText('Group call');
    await expect(ring(page)).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(meeting(page)).toBeVisible();
  });

  test('is offered to who opens the group while it goes on, and is gone from there in it', async ({ app, page }) => {
    await app.open('groups');
    await app.script('goOn', LAKE, ['mara', 'noor']);
    await app.openChat(LAKE);
    await expect(bar(page)).toContainText('A call is going on: mara and noor.');
    await bar(page).getByRole('button', { name: 'Join the call' }).press('Enter');
    await expect(meeting(page).locator('sc-person-row')).toHaveCount(2);
    await page.keyboard.press('Escape');
    await expect(card(page, LAKE)).toBeVisible();
    await expect(bar(page)).toHaveCount(0);
    await card(page, LAKE).getByRole('button', { name: 'Hang up' }).click();
    await expect(bar(page)).toBeVisible();
  });

  test('that is full says so where one asked', async ({ app, page }) => {
    await app.open('groups');
    await app.script('goOn', LAKE, ['mara', 'noor']);
    await app.script('refuse', 'joinCall', 'call-full');
    await app.openChat(LAKE);
    await bar(page).getByRole('button', { name: 'Join the call' }).click();
    await expect(page.getByRole('alert')).toContainText('Eight people');
  });

  test('has a tile for each, who is muted and whose link is looked for, and seven signs for each to compare', async ({
    app,
    page,
  }) => {
    await meet(app);
    await app.script('losePerson', 'noor');
    await expect(meeting(page).locator('[data-person="noor"]')).toContainText('Reconnecting');
    await expect(meeting(page).locator('[data-person="mara"]')).not.toContainText('Reconnecting');
    await app.script('muteThem', true);
    await expect(meeting(page).getByRole('img', { name: 'mara is muted' })).toBeVisible();
    await page.getByText('Compare with each of them').click();
    await expect(meeting(page).getByRole('heading', { name: 'Compare with ines' })).toBeVisible();
    await expect(meeting(page).locator('[data-code]')).toHaveCount(7);
  });

  test('[T-85] whose keys did not hold is named; the others go on, and the last one knows to be alone', async ({
    app,
    page,
  }) => {
    await meet(app);
    await app.script('refusePerson', 'ines');
    await expect(meeting(page).getByRole('alert')).toContainText('Somebody may stand between you and ines');
    await expect(meeting(page).locator('sc-person-row')).toHaveCount(6);
    await app.script('inCall', []);
    await expect(meeting(page)).toContainText('Nobody else is in the call now.');
    await meeting(page).getByRole('button', { name: 'Hang up' }).click();
    await expect(card(page, LAKE)).toContainText('The call is over.');
  });

  test('is clean in light and dark, wide and narrow, with eight in it', async ({ app, page }) => {
    await meet(app);
    await app.script('losePerson', 'noor');
    await app.script('refusePerson', 'ines');
    await page.getByText('Compare with each of them').click();
    await clean(app, page);
  });

  test('going on is clean in the thread, in light and dark, wide and narrow', async ({ app, page }) => {
    await app.open('groups');
    await app.script('goOn', LAKE, [...OTHERS]);
    await app.openChat(LAKE);
    await expect(bar(page)).toBeVisible();
    await clean(app, page);
  });
});
