import type { Page } from '@playwright/test';
import { expect, type ScriptedApp } from './scripted-app.js';

export const LAKE = 'Lake weekend';

/** Opens what there is to know and do about the group on the screen. */
export async function openSheet({ page }: ScriptedApp): Promise<void> {
  await page.getByRole('button', { name: 'About this group' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

export const sheetOf = (page: Page) => page.getByRole('dialog');
export const memberOf = (page: Page, name: string) =>
  sheetOf(page).getByRole('button', { name: new RegExp(`^${name} `) });
