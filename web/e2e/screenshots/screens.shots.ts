import { fileURLToPath } from 'node:url';
import { test } from '../pages/scripted-app.js';
import { SCREENS } from '../pages/screens.js';

const OUT = fileURLToPath(new URL('./results', import.meta.url));

for (const [width, height] of [
  [1280, 800],
  [900, 700],
  [360, 740],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name, scenario, path, act } of SCREENS) {
      test(`${width} ${colorScheme} ${name}`, async ({ app, page }) => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.addInitScript(() => localStorage.setItem('sc.had-session', 'yes'));
        await app.open(scenario, path);
        await page.locator('sc-shell').waitFor();
        await page.waitForTimeout(200);
        await act?.(app);
        await page.evaluate(() => document.fonts.ready);
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${OUT}/${width}/${colorScheme}/${name}.png` });
      });
    }
  }
}
