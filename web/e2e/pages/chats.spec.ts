import type { Page } from '@playwright/test';
import { expect, test } from './scripted-app.js';

test('the whole way by keyboard: search, walk, open, write, leave, jump', async ({ app, page }) => {
  await app.open('friends');
  await expect(page.locator('[data-peer="mara"]')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: 'Search chats' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Message to noor' })).toBeFocused();
  await page.keyboard.type('On my way.');
  await page.keyboard.press('Enter');
  await expect(page.locator('sc-message-bubble', { hasText: 'On my way.' })).toHaveAttribute('data-state', 'delivered');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/chats$/);
  await expect(page.getByRole('listbox', { name: 'Chats' })).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Jump to a chat' })).toBeFocused();
  await page.keyboard.type('yu');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Message to yuki' })).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.getByRole('textbox', { name: 'Message to sam-b' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('textbox', { name: 'Message to sam-b' })).toBeFocused();
});

test('every control can be reached with Tab and shows that it has the focus', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  const reached = new Set<string>();
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      // past the last control the browser itself has the focus
      if (element === null || element === document.body) return null;
      const shown = getComputedStyle(element);
      const box = element.closest('.box');
      const isMarked = shown.outlineStyle !== 'none' || (box !== null && getComputedStyle(box).boxShadow !== 'none');
      const name = element.getAttribute('aria-label') ?? element.textContent.trim();
      return { name, isMarked };
    });
    if (focused === null) continue;
    expect(focused.isMarked, focused.name).toBe(true);
    reached.add(focused.name.replaceAll(/\s+/g, ' '));
  }
  for (const name of [
    'Search chats',
    'New chat',
    'Chats',
    'Messages with mara',
    'Message to mara',
    'Send',
    'Keys of mara: verified',
  ]) {
    expect([...reached]).toContain(name);
  }
});

test('ten thousand chats are a screenful of elements', async ({ app, page }) => {
  await app.open('full');
  await expect(page.locator('[data-peer="mara"]')).toBeVisible();
  expect(await page.locator('[role="option"]').count()).toBeLessThan(40);
  await expect(page.locator('[role="option"]').first()).toHaveAttribute('aria-setsize', '9998');
  await page.getByRole('combobox', { name: 'Search chats' }).fill('person-9990');
  await expect(page.locator('[role="option"]')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Message to person-9990' })).toBeVisible();
});

test('the list is walked to its end by keys, and the row in question is always in sight', async ({ app, page }) => {
  await app.open('full');
  await page.getByRole('listbox', { name: 'Chats' }).focus();
  for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowDown');
  await expect(page.locator('.option.active')).toBeInViewport({ ratio: 0.9 });
  for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowUp');
  await expect(page.locator('.option.active')).toHaveAttribute('aria-posinset', '1');
  await expect(page.locator('.option.active')).toBeInViewport({ ratio: 0.9 });
});

test('what was not read is counted until it is seen', async ({ app, page }) => {
  await app.open('friends');
  const row = page.locator('[data-peer="noor"]');
  await expect(row).toContainText('2 unread');
  await expect(page).toHaveTitle('(2) SecureConnect');
  await app.openChat('noor');
  await expect(page.locator('.new')).toHaveCount(1);
  await expect(row).not.toContainText('unread');
  await expect(page).toHaveTitle('SecureConnect');
});

test('somebody is found by the exact name, or the reason is said', async ({ app, page }) => {
  await app.open('empty');
  await expect(page.getByRole('heading', { name: 'No chats yet' })).toBeVisible();
  await page.locator('sc-empty-state').getByRole('button', { name: 'New chat' }).click();
  const name = page.locator('#peer');
  await expect(name).toBeFocused();
  await name.fill('nobody');
  await page.keyboard.press('Enter');
  await expect(
    page.getByText('Nobody here has this username. Look at the spelling: it has to be exact.'),
  ).toBeVisible();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await name.fill('alice');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This is your own username.')).toBeVisible();
  await name.fill('bob');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Message to bob' })).toBeVisible();
  await expect(page.getByText('This is the beginning of your chat with bob.')).toBeVisible();
});

test('offline is said in words, and nothing moves for it', async ({ app, page }) => {
  await app.open('friends');
  const row = page.locator('[data-peer="mara"]');
  const before = await row.boundingBox();
  await app.script('setConnection', { state: 'offline', retryAtMs: null });
  await expect(page.getByText('Offline. Messages will be sent when you are back.')).toBeVisible();
  expect(await row.boundingBox()).toEqual(before);
});

test('an alarm stays until it is put away, and leads to its chat', async ({ app, page }) => {
  await app.open('friends');
  await expect(page.locator('[data-peer="noor"]')).toBeVisible();
  await app.script('alarm', 'peer-keys-changed', 'noor');
  await app.script('alarm', 'replayed');
  await expect(page.locator('.notice')).toHaveCount(2);
  await page.getByRole('button', { name: 'Open the chat' }).click();
  await expect(page.getByRole('textbox', { name: 'Message to noor' })).toBeVisible();
  await expect(page.locator('.notice')).toHaveText(/The server sent a message a second time/);
  await page.getByRole('button', { name: 'Put away' }).click();
  await expect(page.locator('.notice')).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('there is one pane at a time, and the bar at the bottom gives way to the thread', async ({ app, page }) => {
    await app.open('friends');
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await app.openChat('mara');
    await expect(page.locator('sc-chat-list')).toBeHidden();
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
    await page.getByRole('link', { name: 'Back to chats' }).click();
    await expect(page.locator('[data-peer="mara"]')).toBeVisible();
  });

  /** What is smaller than a finger. A link in the middle of a text is as high as its line. */
  const smallOn = (page: Page) =>
    page.locator('button:visible, a:visible:not(.body a), input:visible, textarea:visible').evaluateAll((elements) =>
      elements
        .map((element) => ({
          name: element.getAttribute('aria-label') ?? element.textContent.trim(),
          box: element.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width > 1 && (box.height < 44 || box.width < 44))
        .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`),
    );

  test('whatever is touched is at least 44 px', async ({ app, page }) => {
    await app.open('full');
    await app.openChat('constantin-alexandrescu.1987-xyz');
    expect(await smallOn(page)).toEqual([]);
    await page.getByRole('link', { name: 'Back to chats' }).click();
    expect(await smallOn(page)).toEqual([]);
  });

  test('so are reactions, and what one can do with a message', async ({ app, page }) => {
    await app.open('talk');
    await app.openChat('mara');
    await expect(page.getByRole('button', { name: /1 person|2 people/ }).first()).toBeVisible();
    expect(await smallOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'More about this message' }).last().tap();
    await expect(page.getByRole('menu')).toBeVisible();
    expect(await smallOn(page)).toEqual([]);
  });

  test('nothing is wider than the window', async ({ app, page }) => {
    for (const [scenario, path] of [
      ['full', '/chats'],
      ['full', '/account'],
      ['friends', '/credits'],
      ['friends', '/admin'],
      ['signed-out', '/sign-up'],
    ] as const) {
      await app.open(scenario, path);
      await page.waitForTimeout(150);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
  });
});

test('read from right to left, the product is its own mirror', async ({ app, page }) => {
  await page.addInitScript(() =>
    document.addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl')),
  );
  await app.open('friends');
  await app.openChat('mara');
  const [rail, list, thread] = await Promise.all(
    ['sc-navigation', 'sc-chat-list', 'sc-thread-page'].map((name) => page.locator(name).boundingBox()),
  );
  expect(rail!.x).toBeGreaterThan(list!.x);
  expect(list!.x).toBeGreaterThan(thread!.x);
  const own = await page.locator('sc-message-bubble.own .bubble').last().boundingBox();
  expect(own!.x).toBeLessThan(thread!.x + thread!.width / 2);
});
