import { type Browser, expect, type Page } from '@playwright/test';
import { Person } from './person.js';

/** A machine under load takes its time to find paths and to open a hybrid envelope for each. */
export const SOON_MS = 60_000;

/** Somebody with a microphone and no keys yet. */
export async function singer(browser: Browser, origin: string, username: string): Promise<Person> {
  const made = await Person.withBrowser(browser, origin, username, `${username} sings under quiet hills`);
  await made.context.grantPermissions(['microphone'], { origin });
  return made;
}

/** The first of them makes a group of all; each has its chat open then. */
export async function makeChoir([alice, ...others]: readonly [Person, ...Person[]], group: string): Promise<void> {
  // whom one knows may take one into a group
  await Promise.all(others.map((somebody) => somebody.startChat(alice.username)));
  await alice.page.getByRole('button', { name: 'New group' }).click();
  // the dialog puts the focus there when it has opened; whoever types before that types into two fields
  await expect(alice.page.getByLabel('Name of the group')).toBeFocused();
  await alice.page.getByLabel('Name of the group').fill(group);
  await alice.page.locator('#names').pressSequentially(`${others.map(({ username }) => username).join(' ')} `);
  await expect(alice.page.getByRole('dialog').getByRole('row')).toHaveCount(others.length);
  await alice.page.getByRole('button', { name: 'Make the group' }).click();
  for (const { page } of others) {
    await page.locator(`[data-peer="${group}"]`).click({ timeout: SOON_MS });
    await expect(page.getByRole('button', { name: `Call ${group}` })).toBeVisible({ timeout: SOON_MS });
  }
}

export async function rings(page: Page): Promise<void> {
  await expect(page.locator('sc-call-layer')).toHaveAttribute('data-phase', 'ringing', { timeout: SOON_MS });
}

/** Everybody of these is heard now: energy that the browser counts of what comes, as the page shows it, rises. Nobody else is there. */
export async function hears({ page }: Person, others: readonly Person[]): Promise<void> {
  await expect(page.locator('sc-person-row')).toHaveCount(others.length, { timeout: SOON_MS });
  for (const { username } of others) {
    const row = page.locator(`sc-person-row[data-person="${username}"]`);
    const energy = async () => Number(await row.getAttribute('data-energy'));
    const before = await energy();
    await expect.poll(energy, { timeout: SOON_MS }).toBeGreaterThan(before);
  }
}
