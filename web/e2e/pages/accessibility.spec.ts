import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './scripted-app.js';
import { SCREENS } from './screens.js';

const LOOKS = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'light' },
] as const;

test.describe.configure({ mode: 'parallel' });

for (const { name, scenario, path, act } of SCREENS) {
  test(`${name} is clean in light and dark, wide and narrow`, async ({ app, page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize(LOOKS[0]);
    await app.open(scenario, path);
    await act?.(app);
    for (const { width, height, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(100);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
      expect(found, `${width} px, ${colorScheme}`).toEqual([]);
    }
    expect(app.complaints).toEqual([]);
  });
}
