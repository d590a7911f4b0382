import { test as base, expect, type Page, type Worker } from '@playwright/test';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Script } from '../script.js';
import { serveApp } from './serve-app.js';

const BUILD = fileURLToPath(new URL('../dist', import.meta.url));

/** The app in front of a messenger that follows a script. */
export class ScriptedApp {
  /** What the browser's policies have refused, and errors that nobody caught. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  async open(scenario: string, path = '/'): Promise<void> {
    await this.page.addInitScript((name) => sessionStorage.setItem('scenario', name), scenario);
    await this.page.goto(this.origin + path);
  }

  /** Opens the chat with this person by a click in the list. */
  async openChat(username: string): Promise<void> {
    await this.page.locator(`[data-peer="${username}"]`).click();
    await expect(this.page.locator('sc-thread-page')).toBeVisible();
  }

  /** Calls the script inside the Worker. */
  async script<Name extends keyof Script>(name: Name, ...values: Parameters<Script[Name]>): Promise<void> {
    const worker = await this.#worker();
    await worker.evaluate(
      ({ call, input }) => {
        const { scripted } = self as unknown as { scripted: Record<string, (...input: unknown[]) => void> };
        scripted[call]!(...input);
      },
      { call: name, input: values },
    );
  }

  async #worker(): Promise<Worker> {
    return this.page.workers()[0] ?? (await this.page.waitForEvent('worker'));
  }
}

export const test = base.extend<{ app: ScriptedApp }, { origin: string }>({
  origin: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from it what a fixture needs
    async ({}, use) => {
      if (!existsSync(BUILD)) throw new Error('the app for page tests is not built: ng build -c scripted');
      const served = await serveApp(BUILD);
      await use(served.origin);
      await served.close();
    },
    { scope: 'worker' },
  ],
  app: async ({ page, origin }, use) => {
    await use(new ScriptedApp(page, origin));
  },
});

export { expect } from '@playwright/test';
