import type { Page } from '@playwright/test';
import { expect, test } from './scripted-app.js';

interface Noted {
  shown: { title: string; body: string; tag: string; isOpen: boolean; click: () => void }[];
  answer: NotificationPermission;
}

/** The system's notifications, noted, and a page that is looked at or not. */
async function noteNotifications(page: Page, answer: NotificationPermission): Promise<void> {
  await page.addInitScript((given) => {
    const noted: Noted = { shown: [], answer: given };
    Object.assign(window, { noted });
    let permission: NotificationPermission = 'default';
    const isLookedAt = () => !(window as unknown as { looksAway?: boolean }).looksAway;
    document.hasFocus = isLookedAt;
    window.Notification = class {
      onclick: (() => void) | null = null;
      onclose: (() => void) | null = null;
      // no private field: what stands here is sent to the page as it is compiled, without its helpers
      readonly entry: Noted['shown'][number];
      static get permission() {
        return permission;
      }
      static requestPermission() {
        permission = noted.answer;
        return Promise.resolve(permission);
      }
      constructor(title: string, { body = '', tag = '' }: NotificationOptions) {
        this.entry = { title, body, tag, isOpen: true, click: () => this.onclick?.() };
        noted.shown.push(this.entry);
      }
      close() {
        this.entry.isOpen = false;
        this.onclose?.();
      }
    } as unknown as typeof Notification;
  }, answer);
}

const shown = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { noted: Noted }).noted.shown.map(({ body, isOpen, title }) => ({ body, isOpen, title })),
  );
const lookAway = (page: Page, away: boolean) =>
  page.evaluate((isAway) => {
    Object.assign(window, { looksAway: isAway });
    if (!isAway) window.dispatchEvent(new Event('focus'));
  }, away);
const choice = (page: Page) => page.getByRole('switch', { name: 'Tell me when something comes' });

async function turnedOn(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Account' }).click();
  await choice(page).press('Space');
  await expect(choice(page)).toBeChecked();
  await page.getByRole('link', { name: 'Chats' }).click();
}

test.describe('notifications', () => {
  test('say who wrote while one looks away, never what, and lead to the chat', async ({ app, page }) => {
    await noteNotifications(page, 'granted');
    await app.open('friends');
    await turnedOn(page);
    await app.script('receive', 'mara', 'Seen by nobody else.');
    await expect(page.locator('[data-peer="mara"]')).toContainText('Seen by nobody else.');
    expect(await shown(page)).toEqual([]);
    await lookAway(page, true);
    await app.script('receive', 'mara', 'Nor is this.');
    await expect.poll(() => shown(page)).toEqual([{ title: 'mara', body: 'New message', isOpen: true }]);
    await page.evaluate(() => {
      (window as unknown as { noted: Noted }).noted.shown[0]!.click();
    });
    await expect(page.locator('sc-thread-page')).toContainText('Nor is this.');
    expect(await shown(page)).toEqual([{ title: 'mara', body: 'New message', isOpen: false }]);
  });

  test('ring while one looks away, and are gone when the call is, or when one looks', async ({ app, page }) => {
    await noteNotifications(page, 'granted');
    await app.open('friends');
    await turnedOn(page);
    await lookAway(page, true);
    await app.script('ringAt', 'mara');
    await expect.poll(() => shown(page)).toEqual([{ title: 'mara', body: 'Calls you', isOpen: true }]);
    await app.script('endCall', 'cancelled');
    await expect.poll(() => shown(page)).toEqual([{ title: 'mara', body: 'Calls you', isOpen: false }]);
    await app.script('receive', 'noor', 'Hello.');
    await expect.poll(() => shown(page)).toHaveLength(2);
    await lookAway(page, false);
    await expect
      .poll(async () => (await shown(page))[1])
      .toEqual({ title: 'noor', body: 'New message', isOpen: false });
  });

  test('stay off where the browser refuses, and say so', async ({ app, page }) => {
    await noteNotifications(page, 'denied');
    await app.open('friends', '/account');
    await choice(page).press('Space');
    await expect(page.getByText('Your browser does not allow this page to notify you.')).toBeVisible();
    await expect(choice(page)).not.toBeChecked();
    await lookAway(page, true);
    await app.script('receive', 'mara', 'Hello.');
    await expect(page.locator('sc-notifications-section')).toBeVisible();
    expect(await shown(page)).toEqual([]);
  });

  test('are off until they are wanted, and are remembered', async ({ app, page }) => {
    await noteNotifications(page, 'granted');
    await app.open('friends');
    await lookAway(page, true);
    await app.script('receive', 'mara', 'Hello.');
    await expect(page.locator('[data-peer="mara"]')).toContainText('Hello.');
    expect(await shown(page)).toEqual([]);
    await lookAway(page, false);
    await turnedOn(page);
    expect(await page.evaluate(() => localStorage.getItem('sc.notifications'))).toBe('on');
  });
});
