import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DOOR = fileURLToPath(new URL('../../../nginx/door/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain',
};

/** The headers that nginx puts on the app's own files, read from its own configuration: these pages run under the real policy. */
function pageHeaders(host: string, requestId: string): Record<string, string> {
  const text = readFileSync(join(DOOR, 'page-headers.conf'), 'utf8');
  const headers: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/^add_header (\S+) "([^"]*)"/gm)) {
    headers[name!] = value!.replaceAll('$http_host', host).replaceAll('$request_id', requestId);
  }
  if (headers['Content-Security-Policy'] === undefined) throw new Error('the door has no policy');
  return headers;
}

/** Serves a built app as the front door does, without any service behind it. Resolves to its origin and its end. */
export async function serveApp(
  root: string,
): Promise<{ readonly origin: string; readonly close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', `http://${host}`).pathname));
    const requestId = randomBytes(16).toString('hex');
    const file = join(root, path);
    const isFile = existsSync(file) && statSync(file).isFile();
    if (!isFile && (path.startsWith('/api/') || path.startsWith('/socket/') || extname(path) !== '')) {
      response.writeHead(404).end();
      return;
    }
    const type = isFile ? (TYPES[extname(file)] ?? 'application/octet-stream') : 'text/html; charset=utf-8';
    response.writeHead(200, { ...pageHeaders(host, requestId), 'content-type': type, 'cache-control': 'no-store' });
    if (isFile && !file.endsWith('index.html')) response.end(readFileSync(file));
    else {
      const page = readFileSync(join(root, 'index.html'), 'utf8');
      response.end(page.replace('<sc-shell', `<sc-shell ngCspNonce="${requestId}"`));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}
