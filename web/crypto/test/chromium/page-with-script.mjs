import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

/**
 * Gives `use` an empty page of Debian's Chromium (CHROMIUM names another browser) whose origin, 127.0.0.1, is a secure context: Web Crypto is
 * there without TLS. `script` lies at `/script.js`, for Workers to run. Everything is closed when `use` ends.
 */
export async function withScriptedPage(script, use) {
  const answers = {
    '/': ['text/html', '<!doctype html><title>specs</title><link rel="icon" href="data:,">'],
    '/script.js': ['text/javascript', script],
  };
  const server = createServer((request, response) => {
    const [type, body] = answers[request.url] ?? ['text/plain', ''];
    response.writeHead(request.url in answers ? 200 : 404, { 'content-type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await use(page, browser.version());
  } finally {
    await browser.close();
    server.close();
  }
}
