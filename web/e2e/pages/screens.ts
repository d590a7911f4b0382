import { ADMIN_SCREENS } from './admin-screens.js';
import type { Act, Screen } from './screen.js';
import { expect, type ScriptedApp } from './scripted-app.js';

const openChat =
  (username: string): Act =>
  (app) =>
    app.openChat(username);

async function openGroupSheet(app: ScriptedApp): Promise<void> {
  await app.openChat('Lake weekend');
  await app.page.getByRole('button', { name: 'About this group' }).click();
  await expect(app.page.getByRole('heading', { name: 'Group code' })).toBeVisible();
}

export const SCREENS: readonly Screen[] = [
  { name: 'sign-up', scenario: 'signed-out', path: '/sign-up' },
  {
    name: 'sign-up-filled',
    scenario: 'signed-out',
    path: '/sign-up',
    act: async ({ page }) => {
      await page.getByLabel('Username').fill('alice');
      await page.locator('#password').fill('correct horse');
      await expect(page.getByText('Measuring')).toHaveCount(0);
      await page.getByRole('button', { name: 'Make my keys' }).click();
    },
  },
  {
    name: 'sign-up-steps',
    scenario: 'signed-out-slow',
    path: '/sign-up',
    act: async ({ page }) => {
      await page.getByLabel('Username').fill('alice');
      await page.locator('#password').fill('paper lantern under quiet hills');
      await expect(page.getByText('Strong', { exact: true })).toBeVisible();
      await page.getByRole('button', { name: 'Make my keys' }).click();
      await expect(page.getByText('Turning your password into keys')).toBeVisible();
    },
  },
  { name: 'log-in', scenario: 'signed-out', path: '/log-in' },
  { name: 'log-in-ended', scenario: 'session-reused', path: '/log-in' },
  {
    name: 'log-in-refused',
    scenario: 'signed-out-refused',
    path: '/log-in',
    act: async ({ page }) => {
      await page.getByLabel('Username').fill('alice');
      await page.getByLabel('Password').fill('whatever it was');
      await page.getByRole('button', { name: 'Log in' }).click();
      await expect(page.getByText('Too many tries')).toBeVisible();
    },
  },
  { name: 'recover', scenario: 'signed-out', path: '/recover' },
  { name: 'start-fresh', scenario: 'signed-out', path: '/start-fresh' },
  { name: 'chats-empty', scenario: 'empty' },
  { name: 'chats-loading', scenario: 'loading' },
  { name: 'chats', scenario: 'friends' },
  { name: 'chats-full', scenario: 'full' },
  { name: 'chats-offline', scenario: 'offline' },
  {
    name: 'chats-search-none',
    scenario: 'friends',
    act: async ({ page }) => page.getByRole('combobox').fill('zelda'),
  },
  {
    name: 'start-chat-refused',
    scenario: 'friends',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'New chat' }).click();
      await page.locator('#peer').fill('nobody-here');
      await page.getByRole('button', { name: 'Start chat' }).click();
      await expect(page.getByText('Nobody here has this username')).toBeVisible();
    },
  },
  { name: 'thread', scenario: 'friends', act: openChat('mara') },
  { name: 'thread-unread', scenario: 'friends', act: openChat('noor') },
  { name: 'thread-loading', scenario: 'thread-loading', act: openChat('mara') },
  { name: 'thread-refused', scenario: 'thread-refused', act: openChat('mara') },
  { name: 'thread-everything', scenario: 'full', act: openChat('constantin-alexandrescu.1987-xyz') },
  {
    name: 'thread-everything-top',
    scenario: 'full',
    act: async (app) => {
      await app.openChat('constantin-alexandrescu.1987-xyz');
      await app.page.getByRole('region', { name: 'Messages with' }).press('Home');
    },
  },
  {
    name: 'thread-long',
    scenario: 'long',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('region', { name: 'Messages with' }).evaluate((element) => (element.scrollTop -= 2_400));
      await app.script('receive', 'mara', 'And one more while you were reading back.');
    },
  },
  {
    name: 'thread-offline',
    scenario: 'offline',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('textbox', { name: 'Message to' }).fill('I will bring two.');
      await app.page.keyboard.press('Enter');
    },
  },
  {
    name: 'thread-no-credits',
    scenario: 'broke',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('textbox', { name: 'Message to' }).fill('This text is kept.');
    },
  },
  { name: 'thread-held', scenario: 'changed', act: openChat('bob') },
  {
    name: 'trust-changed',
    scenario: 'changed',
    act: async (app) => {
      await app.openChat('bob');
      await app.page.getByRole('button', { name: /Keys of bob/ }).click();
    },
  },
  {
    name: 'trust-verified',
    scenario: 'friends',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('button', { name: /Keys of mara/ }).click();
    },
  },
  { name: 'talk', scenario: 'talk', act: openChat('mara') },
  {
    name: 'talk-menu',
    scenario: 'talk',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('button', { name: 'More about this message' }).nth(5).press('Enter');
      await expect(app.page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'talk-reply',
    scenario: 'talk',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('button', { name: 'More about this message' }).first().press('Enter');
      await app.page.getByRole('menuitem', { name: 'Reply' }).click();
      await expect(app.page.getByText('Replying to mara')).toBeVisible();
    },
  },
  {
    name: 'talk-edit',
    scenario: 'talk',
    act: async (app) => {
      await app.openChat('mara');
      await app.page.getByRole('textbox', { name: 'Message to' }).press('ArrowUp');
      await expect(app.page.getByText('Editing your message')).toBeVisible();
    },
  },
  { name: 'groups', scenario: 'groups' },
  { name: 'group', scenario: 'groups', act: openChat('Lake weekend') },
  {
    name: 'group-typing',
    scenario: 'groups',
    act: async (app) => {
      await app.openChat('Book club');
      for (const name of ['sam-b', 'yuki', 'noor']) await app.script('typeIn', 'Book club', name, true);
    },
  },
  { name: 'group-held', scenario: 'groups', act: openChat('Band practice') },
  { name: 'group-forked', scenario: 'groups', act: openChat('Neighbours') },
  { name: 'group-over', scenario: 'groups', act: openChat('Flat on the third floor') },
  { name: 'group-request', scenario: 'groups', act: openChat('Win with us') },
  {
    name: 'group-full',
    scenario: 'groups',
    act: async (app) => {
      await app.page.locator('[data-peer^="Everybody"]').click();
      await app.page.getByRole('button', { name: 'About this group' }).click();
      await expect(app.page.getByText('256 members').last()).toBeVisible();
    },
  },
  { name: 'group-sheet', scenario: 'groups', act: openGroupSheet },
  {
    name: 'group-member',
    scenario: 'groups',
    act: async (app) => {
      await openGroupSheet(app);
      await app.page.getByRole('button', { name: 'noor Member' }).click();
      await expect(app.page.getByText('Safety number').first()).toBeVisible();
    },
  },
  {
    name: 'group-member-remove',
    scenario: 'groups',
    act: async (app) => {
      await openGroupSheet(app);
      await app.page.getByRole('button', { name: 'noor Member' }).click();
      await app.page.getByRole('button', { name: 'Remove noor' }).click();
      await expect(app.page.getByText('can open nothing that is written from now on')).toBeVisible();
    },
  },
  {
    name: 'group-add',
    scenario: 'groups',
    act: async (app) => {
      await openGroupSheet(app);
      await app.page.getByRole('button', { name: 'Add members' }).click();
      await app.page.locator('#names').pressSequentially('sam-b yuki nobody-here ');
      await expect(app.page.getByText('Nobody here has this username')).toBeVisible();
    },
  },
  {
    name: 'group-leave',
    scenario: 'groups',
    act: async (app) => {
      await openGroupSheet(app);
      await app.page.getByRole('button', { name: 'Leave the group' }).click();
    },
  },
  {
    name: 'new-group',
    scenario: 'groups',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'New group' }).click();
      await page.getByLabel('Name of the group').fill('Climbing on Sundays');
      await page.locator('#names').pressSequentially('mara, noor nobody-here teodor.k ', { delay: 5 });
      await expect(page.getByText('Nobody here has this username')).toBeVisible();
    },
  },
  { name: 'request', scenario: 'requests', act: openChat('stranger.9') },
  { name: 'blocked', scenario: 'requests', act: openChat('noise') },
  {
    name: 'details',
    scenario: 'full',
    act: async (app) => {
      await app.openChat('constantin-alexandrescu.1987-xyz');
      await app.page.getByRole('button', { name: 'Details' }).click();
    },
  },
  {
    name: 'notice',
    scenario: 'friends',
    act: async (app) => {
      await app.openChat('mara');
      await app.script('alarm', 'peer-keys-changed', 'noor');
    },
  },
  { name: 'jump', scenario: 'friends', act: async ({ page }) => page.keyboard.press('Control+k') },
  { name: 'keyboard-map', scenario: 'friends', act: async ({ page }) => page.keyboard.press('?') },
  { name: 'credits', scenario: 'friends', path: '/credits' },
  { name: 'credits-none', scenario: 'broke', path: '/credits' },
  { name: 'credits-requests', scenario: 'wallet', path: '/credits' },
  { name: 'credits-refused', scenario: 'wallet-refused', path: '/credits' },
  { name: 'credits-loading', scenario: 'wallet-loading', path: '/credits' },
  {
    name: 'credits-statement',
    scenario: 'wallet',
    path: '/credits',
    act: async ({ page }) => {
      await page.getByText('As a table').click();
      await page.getByRole('heading', { name: 'Statement' }).scrollIntoViewIfNeeded();
      await page.locator('[data-verdict]').evaluate((verdict) => verdict.scrollIntoView());
    },
  },
  {
    name: 'credits-altered',
    scenario: 'wallet-altered',
    path: '/credits',
    act: async ({ page }) => page.locator('[data-verdict]').evaluate((verdict) => verdict.scrollIntoView()),
  },
  { name: 'account', scenario: 'friends', path: '/account' },
  {
    name: 'server-sight',
    scenario: 'friends',
    path: '/account/server',
    act: async ({ page }) => page.getByText('account', { exact: true }).first().click(),
  },
  {
    name: 'recovery-key',
    scenario: 'friends',
    path: '/account',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Make a recovery key' }).click();
      await page.getByLabel('Your password').fill('paper lantern under quiet hills');
      await page.getByRole('button', { name: 'Show the key' }).click();
      await expect(page.getByText('shown this one time')).toBeVisible();
    },
  },
  {
    name: 'change-password',
    scenario: 'friends',
    path: '/account',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByLabel('Current password')).toBeVisible();
    },
  },
  {
    name: 'revoke-device',
    scenario: 'friends',
    path: '/account',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Revoke Firefox on Android' }).click();
      await expect(page.getByRole('button', { name: 'Keep', exact: true })).toBeVisible();
    },
  },
  {
    name: 'log-out-unsent',
    scenario: 'full',
    path: '/account',
    act: async ({ page }) => page.getByRole('button', { name: 'Log out' }).click(),
  },
  {
    name: 'log-in-banned',
    scenario: 'signed-out-banned',
    path: '/log-in',
    act: async ({ page }) => {
      await page.getByLabel('Username').fill('alice');
      await page.getByLabel('Password').fill('four unrelated words here');
      await page.keyboard.press('Enter');
      await page.getByText('They say:').waitFor();
    },
  },
  {
    name: 'account-audit',
    scenario: 'friends',
    path: '/account',
    act: async ({ page }) => {
      await page.getByRole('heading', { name: 'What operators did about you' }).scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: 'Show more' }).click();
      await expect(page.locator('[data-act]')).toHaveCount(13);
    },
  },
  { name: 'restoring', scenario: 'restoring' },
  ...ADMIN_SCREENS,
];
