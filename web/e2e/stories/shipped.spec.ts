import { expect, test as plain } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from './running-stack.js';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const FIRST_LOAD_MAX_BYTES = 200_000;

const shippedFiles = () =>
  readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:js|html|css)$/.test(name));
const contentOf = (name: string) => readFileSync(DIST + name, 'utf8');

plain('nothing of the scripted messenger is shipped', () => {
  const files = shippedFiles();
  expect(files).toContain('index.html');
  for (const name of files)
    expect(contentOf(name), name).not.toMatch(/ScriptedMessenger|signed-out-slow|thread-refused|no scenario /);
});

plain('only the Worker’s files can do anything with a key', () => {
  const able = shippedFiles().filter((name) =>
    /\.(?:importKey|generateKey|deriveBits|unwrapKey|decrypt)\(/.test(contentOf(name)),
  );
  expect(able.length).toBeGreaterThan(0);
  expect(able.filter((name) => !name.startsWith('worker-'))).toEqual([]);
});

plain('the page has no script and no style of its own inside, and names no other origin', () => {
  const page = contentOf('index.html');
  expect(page).not.toMatch(/<style|<script(?![^>]*\bsrc=)| on[a-z]+=|style=/);
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(page).toContain('as="font"');
});

test('a first visit loads less than 200 kB of script, the Worker’s included', async ({ page, origin }) => {
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (new URL(request.url()).pathname.endsWith('.js'))
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(origin);
  await expect(page.getByRole('heading', { name: 'Make an account' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(sizes.length).toBeGreaterThan(3);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(FIRST_LOAD_MAX_BYTES);
});

test('the front door lets nothing foreign run, be loaded or be framed', async ({ page, origin }) => {
  const response = await page.goto(origin);
  const policy = response?.headers()['content-security-policy'] ?? '';
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy).toContain(rule);
  }
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = '<img src=x>';
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
});

test('a script under a name with a hash is kept for good, and one that does not exist is no page', async ({
  request,
  origin,
}) => {
  const hashed = shippedFiles().filter((name) => /-[\w-]{8}\.(?:js|css)$/.test(name));
  expect(hashed.length).toBeGreaterThan(10);
  for (const name of hashed) {
    const answer = await request.head(`${origin}/${name}`);
    expect(answer.headers()['cache-control'], name).toBe('public, max-age=31536000, immutable');
  }
  expect((await request.get(`${origin}/chunk-A_b-cD12.js`)).status()).toBe(404);
  expect((await request.get(origin)).headers()['cache-control']).toBe('no-store');
});
