import { defineConfig } from '@playwright/test';
import base from '../playwright.config.js';

/** Pictures of every screen in every state, to look at: `npm run screenshots -w web`. */
export default defineConfig({
  ...base,
  testDir: '.',
  projects: [{ name: 'screens' }],
  retries: 0,
  globalSetup: '../build-scripted-app.ts',
  testMatch: '**/*.shots.ts',
  outputDir: '../results/run',
  use: { ...base.use, trace: 'off', screenshot: 'off' },
});
