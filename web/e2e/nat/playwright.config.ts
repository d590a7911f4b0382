import { defineConfig } from '@playwright/test';
import shared from '../playwright.config.js';

/** Calls between two homes behind NATs: `npm run test:nat` makes the network and runs this inside. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../results/nat',
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: { ...shared.use, trace: 'off' },
});
