import type { Locator, Page } from '@playwright/test';
import { expect, test } from './scripted-app.js';

const ROWS_MAX = 140;

const viewportOf = (page: Page): Locator => page.getByRole('region', { name: 'Messages with' });
const composerOf = (page: Page): Locator => page.getByRole('textbox', { name: 'Message to' });

/** Numbers of the messages that are drawn, by their first word. */
const drawnNumbers = (viewport: Locator): Promise<number[]> =>
  viewport.locator('.body').evaluateAll((bodies) => bodies.map(({ textContent }) => Number.parseInt(textContent, 10)));

const topOf = async (message: Locator): Promise<number> => (await message.boundingBox())?.y ?? Number.NaN;

test.describe('of ten thousand messages', () => {
  test.beforeEach(async ({ app }) => {
    await app.open('long');
    await app.openChat('mara');
    await expect(viewportOf(app.page).getByText('10000.')).toBeVisible();
  });

  test('no more than a few screens are ever drawn, and none is left out', async ({ page }) => {
    const viewport = viewportOf(page);
    const seen = new Set<number>();
    let most = 0;
    for (let step = 0; step < 120; step++) {
      const drawn = await drawnNumbers(viewport);
      most = Math.max(most, drawn.length);
      for (const number of drawn) seen.add(number);
      await viewport.evaluate((element) => (element.scrollTop -= element.clientHeight * 0.8));
      await page.waitForTimeout(30);
    }
    const numbers = [...seen].sort((one, other) => one - other);
    expect(most).toBeLessThan(ROWS_MAX);
    expect(numbers.length).toBeGreaterThan(500);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
  });

  test('what is being read stays where it is while older ones come in above', async ({ page }) => {
    const viewport = viewportOf(page);
    // 60 are there at first; the next page is asked for before its edge is in sight
    const watched = viewport.getByText(/^9952\./);
    for (let step = 0; step < 40 && (await watched.count()) === 0; step++) {
      await viewport.evaluate((element) => (element.scrollTop -= 300));
      await page.waitForTimeout(20);
    }
    await watched.scrollIntoViewIfNeeded();
    await page.waitForTimeout(200);
    const before = await topOf(watched);
    await viewport.evaluate((element) => (element.scrollTop -= 60));
    await page.waitForTimeout(400);
    expect(Math.abs((await topOf(watched)) - (before + 60))).toBeLessThan(3);
    await expect(async () => {
      await viewport.evaluate((element) => (element.scrollTop -= 600));
      await expect(viewport.getByText(/^9900\./)).toHaveCount(1, { timeout: 200 });
    }).toPass();
  });

  test('nothing moves while older ones are on their way up, however often one turns back', async ({ page }) => {
    const viewport = viewportOf(page);
    const jumps = await viewport.evaluate(async (element) => {
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 12)));
      const middle = () => {
        const { left, top, height, width } = element.getBoundingClientRect();
        for (let at = top + height / 2; at < top + height; at += 8) {
          const row = document.elementFromPoint(left + width / 2, at)?.closest('li');
          if (row?.querySelector('.body')) return row;
        }
        return null;
      };
      let worst = 0;
      for (let step = 0; step < 200; step++) {
        const row = middle();
        const before = row?.getBoundingClientRect().top ?? 0;
        const by = step % 5 === 4 ? 90 : -130;
        element.scrollTop += by;
        await nextFrame();
        if (row?.isConnected) worst = Math.max(worst, Math.abs(row.getBoundingClientRect().top - (before - by)));
      }
      return worst;
    });
    expect(jumps).toBeLessThan(3);
  });

  test('a new one stays below while one reads back, and one click leads to it', async ({ app, page }) => {
    const viewport = viewportOf(page);
    await viewport.evaluate((element) => (element.scrollTop -= 3_000));
    const read = viewport.getByText(/^\d+\./).nth(20);
    const text = await read.textContent();
    const before = await topOf(viewport.getByText(text ?? '', { exact: true }));
    await app.script('receive', 'mara', 'While you were away.');
    await expect(page.getByRole('button', { name: '1 new message' })).toBeVisible();
    expect(Math.abs((await topOf(viewport.getByText(text ?? '', { exact: true }))) - before)).toBeLessThan(2);
    await page.getByRole('button', { name: '1 new message' }).click();
    await expect(viewport.getByText('While you were away.')).toBeInViewport();
    await expect(page.getByRole('button', { name: '1 new message' })).toHaveCount(0);
  });

  test('one’s own new message brings the end into sight', async ({ page }) => {
    const viewport = viewportOf(page);
    await viewport.evaluate((element) => (element.scrollTop -= 3_000));
    await composerOf(page).fill('Here I am.');
    await page.keyboard.press('Enter');
    await expect(viewport.getByText('Here I am.')).toBeInViewport();
  });

  test('the end stays in sight when the window shrinks, as it does for a keyboard', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(viewportOf(page).getByText('10000.')).toBeInViewport();
    await page.setViewportSize({ width: 360, height: 420 });
    await expect(viewportOf(page).getByText('10000.')).toBeInViewport();
    await expect(composerOf(page)).toBeInViewport({ ratio: 1 });
  });
});

test('a sent message is on the screen in the very frame', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  await composerOf(page).fill('At once.');
  const isThere = await composerOf(page).evaluate(async (field) => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll('.own .body')].some(({ textContent }) => textContent === 'At once.');
  });
  expect(isThere).toBe(true);
});

test('a message says in words how far it has come', async ({ app, page }) => {
  await app.open('offline');
  await app.openChat('mara');
  await composerOf(page).fill('When you are back.');
  await page.keyboard.press('Enter');
  const newest = page.locator('sc-message-bubble.own').last();
  await expect(newest).toContainText('Sending');
  await expect(page.locator('#composer-line')).toHaveText('Offline. Messages will be sent when you are back.');
  await app.script('setConnection', { state: 'connected', replicaId: 'messaging-gateway-2' });
  await expect(newest).toContainText('Delivered');
  await expect(page.locator('#composer-line')).toHaveText('Encrypted end to end');
  await expect(page.getByText('When you are back.')).toHaveCount(2); // the bubble, and the list
});

test('a refused message says why, can be tried again, and can be discarded', async ({ app, page }) => {
  await app.open('full');
  await app.openChat('constantin-alexandrescu.1987-xyz');
  const failed = page.locator('sc-message-bubble[data-state="failed"]');
  await expect(failed).toContainText('Not sent');
  await expect(failed).toContainText('You have no credits left. Your text is kept. Ask for a top-up');
  await app.script('refuse', 'retry', 'offline');
  await failed.getByRole('button', { name: 'Try again' }).click();
  await expect(failed).toHaveCount(1);
  await app.script('refuse', 'retry', null);
  await failed.getByRole('button', { name: 'Try again' }).click();
  await expect(failed).toHaveCount(0);
  await expect(page.locator('sc-message-bubble.own', { hasText: 'This one was refused.' })).toHaveAttribute(
    'data-state',
    'delivered',
  );
});

test('a refused message that is discarded is gone', async ({ app, page }) => {
  await app.open('full');
  await app.openChat('constantin-alexandrescu.1987-xyz');
  await page.locator('sc-message-bubble[data-state="failed"]').getByRole('button', { name: 'Discard' }).click();
  await expect(page.locator('sc-message-bubble', { hasText: 'This one was refused.' })).toHaveCount(0);
});

test('what is missing and what cannot be verified is said, never hidden', async ({ app, page }) => {
  await app.open('full');
  await app.openChat('constantin-alexandrescu.1987-xyz');
  await viewportOf(page).press('Home');
  await expect(page.getByText('1 message is missing here.')).toHaveCount(1);
  await expect(page.getByText('12 messages are missing here.')).toHaveCount(1);
  await page.getByRole('button', { name: 'Details' }).click();
  await expect(page.getByRole('dialog')).toContainText('signature');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Look again' }).first().click();
  await expect(page.getByText('missing here')).toHaveCount(0);
});

test('a call that is over stands in its chat and in the list, and one calls back from there', async ({ app, page }) => {
  await app.open('full');
  await app.openChat('constantin-alexandrescu.1987-xyz');
  const missed = page.locator('sc-past-call', { hasText: 'Missed call' });
  const talked = page.locator('sc-past-call', { hasText: 'Call, 3 min' });
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 740 });
    await viewportOf(page).press('Home');
    await expect(missed).toHaveCount(1);
    await missed.scrollIntoViewIfNeeded();
    await expect(talked.getByRole('button')).toHaveText('Call again');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
  }
  const again = missed.getByRole('button', { name: 'Call back' });
  await again.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Call with constantin-alexandrescu.1987-xyz' })).toBeVisible();
  await expect(again).toHaveAttribute('aria-disabled', 'true');
  expect(app.complaints).toEqual([]);
});

test('[T-62] what somebody writes is text, whatever it looks like', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  const payloads = [
    '<img src=x onerror="document.title=\'owned\'">',
    '<script>document.title="owned"</script>',
    '{{constructor.constructor("document.title=1")()}}',
    '<a href="javascript:alert(1)">here</a>',
    '<svg><style>body{display:none}</style></svg>',
    '"><iframe srcdoc="<script>1</script>">',
  ];
  for (const payload of payloads) await app.script('receive', 'mara', payload);
  for (const payload of payloads) await expect(page.locator('.body', { hasText: payload })).toHaveCount(1);
  const elements = await page
    .locator('.body *')
    .evaluateAll((found) => [...new Set(found.map(({ tagName }) => tagName))].sort());
  expect(elements).toEqual(['SC-MESSAGE-TEXT', 'SPAN']);
  await expect(page).toHaveTitle(/SecureConnect$/);
  expect(app.complaints).toEqual([]);
});

test('a link that somebody sends is not fetched [T-63]', async ({ app, page }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(app.origin)) foreign.push(request.url());
  });
  await app.open('friends');
  await app.openChat('mara');
  await app.script('receive', 'mara', 'https://example.org/picture.png');
  await expect(page.locator('.body', { hasText: 'picture.png' })).toBeVisible();
  expect(foreign).toEqual([]);
});

test('changed keys hold the sending and keep the draft, until a person decides', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  await composerOf(page).fill('Half a thought');
  await app.script('changeKeys', 'mara');
  await expect(page.locator('#composer-line')).toContainText(
    'mara has new keys. If you did not expect this, compare your safety number before you write.',
  );
  await composerOf(page).press('Enter');
  await expect(page.locator('sc-message-bubble', { hasText: 'Half a thought' })).toHaveCount(0);
  await expect(composerOf(page)).toHaveValue('Half a thought');
  await page.getByRole('button', { name: 'Look at the keys' }).click();
  await expect(page.getByRole('dialog')).toContainText('Nothing is sent until you decide.');
  await page.getByRole('button', { name: 'Go on with the new keys' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await composerOf(page).press('Enter');
  await expect(page.locator('sc-message-bubble', { hasText: 'Half a thought' })).toHaveAttribute(
    'data-state',
    'delivered',
  );
});

test('a text that cannot be kept goes back to where it was written, with the reason', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  await app.script('refuse', 'send', 'storage-unavailable');
  await composerOf(page).fill('Do not lose me.');
  await page.keyboard.press('Enter');
  await expect(composerOf(page)).toHaveValue('Do not lose me.');
  await expect(page.locator('#composer-line')).toContainText('This browser does not let the page keep anything.');
  await expect(page.locator('sc-message-bubble', { hasText: 'Do not lose me.' })).toHaveCount(0);
  await app.script('refuse', 'send', null);
  await page.keyboard.press('Enter');
  await expect(page.locator('sc-message-bubble', { hasText: 'Do not lose me.' })).toHaveAttribute(
    'data-state',
    'delivered',
  );
  await expect(page.locator('#composer-line')).toHaveText('Encrypted end to end');
});

test('a draft is kept for each conversation', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  await composerOf(page).fill('for mara');
  await app.openChat('ines');
  await expect(composerOf(page)).toHaveValue('');
  await composerOf(page).fill('for ines');
  await app.openChat('mara');
  await expect(composerOf(page)).toHaveValue('for mara');
  await expect(page.locator('[data-peer="ines"]')).toContainText('Draft: for ines');
});

test('Enter sends, Shift Enter begins a line, and nothing but space is sent', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  const own = page.locator('sc-message-bubble.own');
  await expect(own.first()).toBeVisible();
  const before = await own.count();
  await composerOf(page).fill('   ');
  await page.keyboard.press('Enter');
  await composerOf(page).fill('first');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second');
  await expect(composerOf(page)).toHaveValue('first\nsecond');
  await page.keyboard.press('Enter');
  await expect(own).toHaveCount(before + 1);
  expect(await own.last().locator('.body').textContent()).toBe('first\nsecond');
});

test('a text that is too long is counted, kept and not sent', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  await composerOf(page).fill('x'.repeat(16_002));
  await expect(page.locator('#composer-line')).toHaveText('2 characters too many. Send it in parts.');
  await page.keyboard.press('Enter');
  await expect(composerOf(page)).not.toHaveValue('');
  await composerOf(page).fill('x'.repeat(15_990));
  await expect(page.locator('#composer-line')).toHaveText('10 characters left');
});

test('without credits the text is kept, and the way to more is shown', async ({ app, page }) => {
  await app.open('broke');
  await app.openChat('mara');
  await composerOf(page).fill('This costs one.');
  await page.keyboard.press('Enter');
  await expect(composerOf(page)).toHaveValue('This costs one.');
  await expect(page.locator('#composer-line')).toContainText(
    'You have no credits left. Your text is kept. Ask for a top-up',
  );
  await app.script('setCredits', 3);
  await page.keyboard.press('Enter');
  await expect(page.locator('sc-message-bubble', { hasText: 'This costs one.' })).toHaveAttribute(
    'data-state',
    'delivered',
  );
  await expect(page.locator('[data-place="/credits"]')).toContainText('2');
});

test('arriving messages are told politely, and several in one sentence', async ({ app, page }) => {
  await app.open('friends');
  await app.openChat('mara');
  const live = page.locator('.cdk-live-announcer-element');
  await app.script('receive', 'mara', 'One.');
  await expect(live).toHaveText('mara: One.', { timeout: 5_000 });
  await app.script('receive', 'mara', 'Two.');
  await app.script('receive', 'mara', 'Three.');
  await expect(live).toHaveText('2 new messages from mara', { timeout: 5_000 });
  await expect(live).toHaveAttribute('aria-live', 'polite');
});

test('a thread that cannot be opened says so, and opens when it can', async ({ app, page }) => {
  await app.open('thread-refused');
  await app.openChat('mara');
  await expect(page.getByRole('alert').filter({ hasText: 'The server does not answer right now.' })).toBeVisible();
  await app.script('refuse', 'messages', null);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(viewportOf(page).getByText('As always. First one there buys the coffee.')).toBeVisible();
});
