import { defineConfig, devices } from '@playwright/test';

/**
 * Two browsers talking, in the system's own Chromium. `BROWSER_BASE_URL` names a running stack. The switches keep
 * the browser to the addresses under test: no component updates, no sync, no background requests.
 * Stories share one stack and run one after the other; beside them, pages that need no server are looked at. A test that fails
 * is tried once more, and named as unsteady when it then passes.
 */
export default defineConfig({
  testDir: '.',
  globalSetup: './build-scripted-app.ts',
  testMatch: '**/*.spec.ts',
  outputDir: './results',
  fullyParallel: false,
  workers: 2,
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  projects: [
    { name: 'stories', testDir: './stories', workers: 1 },
    // what moves is waited for: pages are looked at as who wants no motion sees them; a page that is emptied between
    // two tests costs half of what a new one does
    { name: 'pages', testDir: './pages', use: { reuseContext: true, contextOptions: { reducedMotion: 'reduce' } } },
  ],
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.BROWSER_BASE_URL,
    ignoreHTTPSErrors: true,
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ],
    },
  },
});
