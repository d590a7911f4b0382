import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './scripted-app.js';
import { SCREENS } from './screens.js';

const COLOURS = ['color-contrast', 'link-in-text-block'];

/** Every rule at each width; in the other scheme the same elements stand in the same places, so that only colours can differ. */
const LOOKS = [
  { width: 1280, height: 800, colorScheme: 'light', only: null },
  { width: 1280, height: 800, colorScheme: 'dark', only: COLOURS },
  { width: 360, height: 740, colorScheme: 'dark', only: null },
  { width: 360, height: 740, colorScheme: 'light', only: COLOURS },
] as const;

/** In one page: the page has no frames, and a second one for each look costs more than the look. */
function lookAt(page: Page, only: readonly string[] | null): AxeBuilder {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  return only === null ? axe : axe.withRules([...only]);
}

test.describe.configure({ mode: 'parallel' });

for (const { name, scenario, path, act } of SCREENS) {
  test(`${name} is clean in light and dark, wide and narrow`, async ({ app, page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize(LOOKS[0]);
    await app.open(scenario, path);
    await act?.(app);
    for (const { width, height, colorScheme, only } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(100);
      const { violations } = await lookAt(page, only).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
      expect(found, `${width} px, ${colorScheme}`).toEqual([]);
    }
    expect(app.complaints).toEqual([]);
  });
}
