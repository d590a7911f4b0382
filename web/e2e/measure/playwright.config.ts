import { defineConfig } from '@playwright/test';
import shared from '../playwright.config.js';

/** Figures of calls in real browsers, `npm run measure:calls`: printed, never judged by the clock. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../results/measure',
  workers: 1,
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: { ...shared.use, trace: 'off', actionTimeout: 60_000 },
});
