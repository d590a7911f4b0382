import { expect, type ScriptedApp, test } from './scripted-app.js';

/** What the page has told the messenger of the person before it, in order. */
async function toldBy(app: ScriptedApp): Promise<readonly string[]> {
  const [worker] = app.page.workers();
  return worker!.evaluate(() => (self as unknown as { scripted: { told: string[] } }).scripted.told);
}

test.beforeEach(async ({ app }) => {
  await app.open('requests');
});
test.afterEach(({ app }) => expect(app.complaints).toEqual([]));

test('below the name stands who is there, who types, and when somebody last was', async ({ app, page }) => {
  await app.openChat('mara');
  const line = page.locator('sc-company-line');
  await expect(line).toHaveText('Online');
  await app.script('type', 'mara', true);
  await expect(line).toHaveText('Typing …');
  await app.script('type', 'mara', false);
  await expect(line).toHaveText('Online');
  await app.script('appear', 'mara', false, new Date().setHours(0, 1, 0, 0));
  await expect(line).toHaveText('Last seen 00:01');
  await app.script('appear', 'mara', null, null);
  await expect(line).toHaveText('');
});

test('nobody types any more when what they typed has come', async ({ app, page }) => {
  await app.openChat('mara');
  await app.script('type', 'mara', true);
  await app.script('receive', 'mara', 'Here it is.');
  await expect(page.locator('sc-company-line')).not.toContainText('Typing');
});

test('what others do is not shown in this chat, and nothing is shown offline', async ({ app, page }) => {
  await app.openChat('mara');
  const line = page.locator('sc-company-line');
  await expect(line).toHaveText('Online');
  await app.script('type', 'stranger.9', true);
  await app.script('appear', 'stranger.9', false, 0);
  await app.script('type', 'noise', true);
  await expect(line).toHaveText('Online');
  await app.script('setConnection', { state: 'offline', retryAtMs: null });
  await expect(line).toHaveText('');
});

test('typing is told while one writes, and taken back when it is sent, emptied or left', async ({ app, page }) => {
  await app.openChat('mara');
  const field = page.getByRole('textbox', { name: 'Message to' });
  await field.fill('A');
  await field.press('Enter');
  await field.fill('B');
  await field.fill('');
  await field.fill('C');
  await page.goBack();
  const [said, stopped] = ['mara types', 'mara stopped'];
  await expect.poll(() => toldBy(app)).toEqual(['watches 1', said, stopped, said, stopped, said, stopped, 'watches 0']);
});

test('a stranger and a blocked person are not looked at, before they are let in', async ({ app, page }) => {
  await app.openChat('noise');
  await expect(page.getByRole('region', { name: 'You have blocked noise' })).toBeVisible();
  await expect(page.locator('sc-company-line')).toHaveText('');
  await app.openChat('stranger.9');
  expect(await toldBy(app)).toEqual([]);
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect.poll(() => toldBy(app)).toEqual(['watches 1']);
});

test('a change of an old message is nobody’s business, and what is held is not announced', async ({ app, page }) => {
  await app.openChat('mara');
  const field = page.getByRole('textbox', { name: 'Message to' });
  await field.press('ArrowUp');
  await field.fill('Another text.');
  await field.press('Escape');
  await app.script('changeKeys', 'mara');
  await expect(page.getByText('mara has new keys.').first()).toBeVisible();
  await field.fill('Hello?');
  await expect(field).toHaveValue('Hello?');
  expect(await toldBy(app)).toEqual(['watches 1']);
});
