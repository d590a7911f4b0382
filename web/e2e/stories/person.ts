import {
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';

export interface ShownMessage {
  readonly text: string;
  readonly own: boolean;
  readonly state: string;
}

/** Runs in the page before anything else: notes every call of the page itself that makes, reads or uses a key. */
function noteKeyCalls(): void {
  const noted: string[] = [];
  (window as unknown as { keyCalls: string[] }).keyCalls = noted;
  const subtle = SubtleCrypto.prototype as unknown as Record<string, (...input: unknown[]) => unknown>;
  for (const name of Object.getOwnPropertyNames(subtle)) {
    const original = Object.getOwnPropertyDescriptor(subtle, name)?.value as
      ((...input: unknown[]) => unknown) | undefined;
    if (name === 'constructor' || typeof original !== 'function') continue;
    subtle[name] = function (...input: unknown[]) {
      noted.push(name);
      return original.apply(this, input);
    };
  }
}

/** Somebody with a browser of their own. */
export class Person {
  /** What this browser's policies have refused, and errors that nobody caught. */
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly username: string,
    readonly password: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    const listen = (message: ConsoleMessage) => {
      if (/Content Security Policy|Trusted|Refused to|violates/i.test(message.text()))
        this.complaints.push(message.text());
    };
    page.on('console', listen);
    page.on('worker', (worker) => worker.on('console', listen));
  }

  static async withBrowser(browser: Browser, origin: string, username: string, password: string): Promise<Person> {
    const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 800 } });
    await context.addInitScript(noteKeyCalls);
    return new Person(context, await context.newPage(), username, password);
  }

  /** The same browser, in another tab. */
  async anotherTab(): Promise<Person> {
    return new Person(this.context, await this.context.newPage(), this.username, this.password);
  }

  async signUp(): Promise<void> {
    await this.page.goto('/sign-up');
    await this.page.getByLabel('Username').fill(this.username);
    await this.page.locator('#password').fill(this.password);
    await expect(this.page.getByText('Strong', { exact: true })).toBeVisible();
    await this.page.getByRole('button', { name: 'Make my keys' }).click();
    await this.isInside();
  }

  async logIn(): Promise<void> {
    await this.page.goto('/log-in');
    await this.page.getByLabel('Username').fill(this.username);
    await this.page.getByLabel('Password').fill(this.password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.isInside();
  }

  /** Waits until the list of chats is there and the socket is connected. */
  async isInside(): Promise<void> {
    await expect(this.page.locator('sc-chat-list')).toBeVisible({ timeout: 30_000 });
    await expect(this.page.locator('sc-shell')).toHaveAttribute('data-connection', 'connected', { timeout: 30_000 });
  }

  /** The gateway replica at the other end of this browser's socket. */
  async replica(): Promise<string> {
    const shell = this.page.locator('sc-shell[data-replica]');
    await expect(shell).toHaveCount(1);
    return (await shell.getAttribute('data-replica')) ?? '';
  }

  /** Reloads until the socket ends at another replica than this one. */
  async moveAwayFrom(replica: string): Promise<void> {
    for (let tries = 0; tries < 40; tries++) {
      if ((await this.replica()) !== replica) return;
      await this.page.reload();
    }
    throw new Error(`every socket ends at ${replica}`);
  }

  async startChat(username: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New chat' }).first().click();
    await this.page.locator('#peer').fill(username);
    await this.page.getByRole('button', { name: 'Start chat' }).click();
    await expect(this.#composer(username)).toBeVisible();
  }

  async openChat(username: string): Promise<void> {
    await this.page.locator(`[data-peer="${username}"]`).click();
    await expect(this.#composer(username)).toBeVisible();
  }

  async write(username: string, text: string): Promise<void> {
    await this.#composer(username).fill(text);
    await this.page.keyboard.press('Enter');
  }

  async writeAll(username: string, texts: readonly string[]): Promise<void> {
    await this.#composer(username).focus();
    for (const text of texts) {
      await this.page.keyboard.insertText(text);
      await this.page.keyboard.press('Enter');
    }
  }

  /** Waits until the open thread shows exactly this text. */
  async sees(text: string): Promise<void> {
    const thread = this.page.getByRole('region', { name: 'Messages with' });
    await expect(thread.getByText(text, { exact: true })).toBeVisible();
  }

  bubble(text: string): Locator {
    const body = this.page.locator('.body').filter({ hasText: text });
    return this.page.locator('sc-message-bubble').filter({ has: body });
  }

  /** Chooses what is done with a message from its menu. */
  async choose(text: string, item: string): Promise<void> {
    await this.bubble(text).getByRole('button', { name: 'More about this message' }).press('Enter');
    await this.page.getByRole('menuitem', { name: item }).press('Enter');
  }

  /** Waits until the newest message of one's own says so. */
  async newestIs(state: string, text: string): Promise<void> {
    const newest = this.page.locator('sc-message-bubble.own').last();
    await expect(newest).toContainText(text);
    await expect(newest).toHaveAttribute('data-state', state, { timeout: 30_000 });
  }

  async balance(): Promise<number> {
    const text = await this.page.locator('[data-place="/credits"] .caption').innerText();
    return Number(text.replaceAll(',', ''));
  }

  /** Everything in the open thread, read from its beginning to its end as a person would: by scrolling. */
  async readThread(): Promise<readonly ShownMessage[]> {
    const viewport = this.page.getByRole('region', { name: 'Messages with' });
    await expect(async () => {
      await viewport.evaluate((element) => (element.scrollTop = 0));
      await expect(this.page.locator('.beginning')).toBeVisible({ timeout: 300 });
    }).toPass({ timeout: 120_000 });
    return viewport.evaluate(async (element) => {
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
      const found = new Map<number, ShownMessage>();
      for (;;) {
        for (const row of element.querySelectorAll('li')) {
          const bubble = row.querySelector('sc-message-bubble');
          if (bubble === null) continue;
          found.set(Number(row.getAttribute('aria-posinset')), {
            text: bubble.querySelector('.body')?.textContent ?? bubble.textContent,
            own: bubble.classList.contains('own'),
            state: bubble.getAttribute('data-state') ?? '',
          });
        }
        if (element.scrollTop + element.clientHeight >= element.scrollHeight - 2) break;
        element.scrollTop += element.clientHeight * 0.7;
        await nextFrame();
      }
      return [...found].sort(([one], [other]) => one - other).map(([, message]) => message);
    });
  }

  /** Notes every state that any message of one's own is shown in from now on. */
  async noteStates(): Promise<() => Promise<readonly string[]>> {
    await this.page.evaluate(() => {
      const noted = new Set<string>();
      const note = () => {
        for (const own of document.querySelectorAll('sc-message-bubble.own'))
          noted.add(own.getAttribute('data-state') ?? '');
      };
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
      (window as unknown as { noted: Set<string> }).noted = noted;
    });
    return () => this.page.evaluate(() => [...(window as unknown as { noted: Set<string> }).noted]);
  }

  /** What the page itself, outside its Worker, has done with keys since it was loaded. */
  keyCalls(): Promise<readonly string[]> {
    return this.page.evaluate(() => (window as unknown as { keyCalls: string[] }).keyCalls);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  #composer(username: string) {
    return this.page.getByRole('textbox', { name: `Message to ${username}` });
  }
}
