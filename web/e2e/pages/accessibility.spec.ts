import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './scripted-app.js';
import { SCREENS } from './screens.js';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };
/** Each screen at both widths and in both schemes; every other one the other way round, so that what screens share is seen in all four. */
const LOOKS = [
  [
    { size: WIDE, colorScheme: 'light' },
    { size: NARROW, colorScheme: 'dark' },
  ],
  [
    { size: WIDE, colorScheme: 'dark' },
    { size: NARROW, colorScheme: 'light' },
  ],
] as const;

test.describe.configure({ mode: 'parallel' });

for (const [index, { name, scenario, path, act }] of SCREENS.entries()) {
  const looks = LOOKS[index % 2]!;
  test(`${name} is clean in light and dark, wide and narrow`, async ({ app, page }) => {
    await page.emulateMedia({ colorScheme: looks[0].colorScheme });
    await page.setViewportSize(WIDE);
    await app.open(scenario, path);
    await act?.(app);
    for (const { size, colorScheme } of looks) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(100);
      // in one page: this one has no frames, and a second one for each look costs more than the look
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
      expect(found, `${size.width} px, ${colorScheme}`).toEqual([]);
    }
    expect(app.complaints).toEqual([]);
  });
}
