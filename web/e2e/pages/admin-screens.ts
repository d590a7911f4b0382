import { expect } from './scripted-app.js';
import type { Screen } from './screen.js';

/** The screens of those who run the server. */
export const ADMIN_SCREENS: readonly Screen[] = [
  { name: 'admin-overview', scenario: 'admin', path: '/admin' },
  { name: 'admin-overview-loading', scenario: 'admin-loading', path: '/admin' },
  { name: 'admin-overview-refused', scenario: 'admin-refused', path: '/admin' },
  {
    name: 'admin-overview-broken',
    scenario: 'admin',
    path: '/admin/people',
    act: async (app) => {
      await app.script('loseService', 'credits');
      await app.script('breakReplicas');
      await app.page.getByRole('link', { name: 'Overview' }).click();
      await expect(app.page.getByText('The service credits does not answer')).toBeVisible();
    },
  },
  { name: 'admin', scenario: 'admin', path: '/admin/people' },
  { name: 'admin-loading', scenario: 'admin-loading', path: '/admin/people' },
  { name: 'admin-refused', scenario: 'admin-refused', path: '/admin/people' },
  {
    name: 'admin-account',
    scenario: 'admin',
    path: '/admin/people',
    act: async ({ page }) => page.getByRole('button', { name: 'Look at noor' }).click(),
  },
  {
    name: 'admin-account-closed',
    scenario: 'admin',
    path: '/admin/people',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Look at ines' }).click();
      await page.getByRole('button', { name: 'Make a code' }).click();
      await page.locator('[data-code]').waitFor();
    },
  },
  {
    name: 'admin-topups',
    scenario: 'admin',
    path: '/admin/topups',
    act: async ({ page }) => page.getByRole('checkbox', { name: 'mara, 100 credits' }).check(),
  },
  {
    name: 'admin-topup-decision',
    scenario: 'admin',
    path: '/admin/topups',
    act: async ({ page }) => page.getByRole('button', { name: 'Reject 1 credit for noor' }).click(),
  },
  {
    name: 'admin-account-acts',
    scenario: 'admin',
    path: '/admin/people',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Look at noor' }).click();
      await page.getByRole('button', { name: 'Change the credits' }).click();
      await page.getByRole('button', { name: 'Delete the account' }).click();
      await expect(page.getByText('This is not the username above.')).toBeVisible();
    },
  },
  { name: 'admin-audit', scenario: 'admin', path: '/admin/audit' },
  {
    name: 'admin-audit-broken',
    scenario: 'admin',
    path: '/admin/audit',
    act: async (app) => {
      await app.script('breakAudit', 40);
      await app.page.getByRole('button', { name: 'mara' }).first().click();
      await expect(app.page.getByText('Only about mara')).toBeVisible();
      await expect(app.page.getByRole('alert')).toContainText('Entry 40');
    },
  },
  { name: 'admin-claim', scenario: 'friends', path: '/admin' },
  {
    name: 'admin-account-appoint',
    scenario: 'admin',
    path: '/admin/people',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Look at noor' }).click();
      await page.getByRole('button', { name: 'Make them an admin' }).click();
      await expect(page.getByText('Say in a few words why.')).toBeVisible();
    },
  },
  { name: 'admin-operators', scenario: 'admin', path: '/admin/admins' },
  {
    name: 'admin-operators-alone',
    scenario: 'admin',
    path: '/admin/people',
    act: async (app) => {
      await app.page.getByText('1,234 accounts').waitFor();
      await app.script('dismissBehind');
      await app.page.getByRole('link', { name: 'Admins' }).click();
      await expect(app.page.getByText('You are the only admin.')).toBeVisible();
    },
  },
  {
    name: 'admin-dismissal',
    scenario: 'admin',
    path: '/admin/admins',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Take the role from teodor.k' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'admin-step-down',
    scenario: 'admin',
    path: '/admin/admins',
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Step down' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Step down' }).click();
      await expect(page.getByText('This is not your username.')).toBeVisible();
    },
  },
];
