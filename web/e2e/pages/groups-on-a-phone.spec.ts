import { LAKE, memberOf, openSheet, sheetOf } from './group-parts.js';
import { expect, test } from './scripted-app.js';

test.beforeEach(async ({ app }) => {
  await app.open('groups');
});
test.afterEach(({ app }) => expect(app.complaints).toEqual([]));

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('whatever is touched is at least 44 px, and nothing is wider than the window', async ({ app, page }) => {
    const small = () =>
      page.locator('button:visible, a:visible, input:visible, textarea:visible').evaluateAll((elements) =>
        elements
          .map((element) => ({
            name: element.getAttribute('aria-label') ?? element.textContent.trim(),
            box: (element.closest('mat-radio-button') ?? element).getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width > 1 && (box.height < 44 || box.width < 44))
          .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`),
      );
    const isWide = () => page.evaluate(() => document.documentElement.scrollWidth > 360);
    await app.openChat(LAKE);
    expect(await small()).toEqual([]);
    await openSheet(app);
    // once it has come in
    await expect.poll(small).toEqual([]);
    await memberOf(page, 'noor').click();
    await expect(sheetOf(page).getByRole('heading', { name: 'Safety number' })).toBeVisible();
    expect(await small()).toEqual([]);
    expect(await isWide()).toBe(false);
    await page.getByRole('button', { name: 'Back to the group' }).click();
    await page.getByRole('button', { name: 'Add members' }).click();
    await page.locator('#names').pressSequentially('yuki ');
    await expect(page.getByRole('button', { name: 'Take yuki out' })).toBeVisible();
    expect(await small()).toEqual([]);
    expect(await isWide()).toBe(false);
  });

  test('the end of a long sheet can be reached', async ({ app, page }) => {
    await app.openChat(LAKE);
    await openSheet(app);
    await sheetOf(page).getByRole('button', { name: 'Leave the group' }).click({ timeout: 10_000 });
    await expect(sheetOf(page)).toContainText('Leave');
  });
});
