import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keepCertificate } from '../../src/certificate/keep-certificate.js';
import { renderDoor, serverLine, writeLive } from '../../src/door/render-door.js';
import { answersOk, waitUntil } from '../../src/health.js';
import type { Service } from '../../src/process-table.js';
import { nginxVersion, requireProgram } from '../../src/programs.js';
import { reservePorts } from '../../src/stack/port-block.js';

const TEMPLATES = resolve(__dirname, '../../../../nginx/door');

/** What a fake replica says of each request that reaches it. */
export interface Echo {
  readonly replica: string;
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A replica that says what reached it, upgrades when asked, and boasts of itself in headers that the door must take away. */
export async function fakeReplica(name: string): Promise<{ port: number; server: Server }> {
  const server = createServer((incoming, answer) => {
    incoming.resume();
    answer.setHeader('X-Powered-By', 'boast');
    answer.setHeader('Cache-Control', 'public, max-age=1000');
    answer.setHeader('Set-Cookie', ['a=1; HttpOnly', 'b=2; HttpOnly']);
    answer.statusCode = Number(new URL(incoming.url!, 'http://x').searchParams.get('status') ?? 200);
    incoming.once('end', () =>
      answer.end(
        JSON.stringify({ replica: name, url: incoming.url, method: incoming.method, headers: incoming.headers }),
      ),
    );
  });
  server.on('upgrade', (incoming, socket) => {
    socket.on('error', () => {});
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${incoming.headers.upgrade}\r\nConnection: Upgrade\r\nX-Replica: ${name}\r\n\r\n`,
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, server };
}

/** nginx with the project's own templates before fake replicas. */
export class TestedDoor {
  readonly dir = mkdtempSync(join(tmpdir(), 'sc-door-'));
  readonly webRoot = join(this.dir, 'web');
  httpPort = 0;
  httpsPort = 0;
  #certificate = '';
  #nginx: ChildProcess | undefined;
  #release = (): void => {};

  constructor(private readonly servers: Readonly<Record<Service, readonly number[]>>) {}

  async open(further: { origins?: string[]; trustedProxies?: string[] } = {}): Promise<void> {
    const block = await reservePorts();
    this.#release = block.release;
    [this.httpPort, this.httpsPort] = block.ports as [number, number];
    mkdirSync(this.webRoot);
    writeFileSync(join(this.webRoot, 'index.html'), '<!doctype html><body><sc-shell></sc-shell></body>');
    writeFileSync(join(this.webRoot, 'main-AB12CD34.js'), 'export {};');
    writeFileSync(join(this.webRoot, 'favicon.svg'), '<svg/>');
    const files = keepCertificate(join(this.dir, 'tls'), ['localhost', '127.0.0.1'], new Date());
    this.#certificate = readFileSync(files.certificate, 'utf8');
    const nginx = requireProgram('nginx', 'nginx');
    const lines = Object.entries(this.servers).map(([service, ports]) => [
      service,
      ports.map((port) => serverLine('127.0.0.1', port)),
    ]);
    writeLive(join(this.dir, 'live'), Object.fromEntries(lines) as Record<Service, string[]>, nginxVersion(nginx));
    mkdirSync(join(this.dir, 'run'));
    renderDoor({
      templatesDir: TEMPLATES,
      outputDir: join(this.dir, 'conf'),
      confDir: join(this.dir, 'conf'),
      liveDir: join(this.dir, 'live'),
      runDir: join(this.dir, 'run'),
      webRoot: this.webRoot,
      ...files,
      listenHttp: [`127.0.0.1:${this.httpPort}`],
      listenHttps: [`127.0.0.1:${this.httpsPort}`],
      publicHttpPort: this.httpPort,
      origins: [
        `http://localhost:${this.httpPort}`,
        `https://localhost:${this.httpsPort}`,
        'https://chat.example',
        ...(further.origins ?? []),
      ],
      relayHosts: ['relay.example', '[2001:db8::7]'],
      trustedProxies: further.trustedProxies ?? [],
      ...(process.getuid?.() === 0 && { workerUser: 'root' }),
      logLevel: 'alert',
    });
    this.#nginx = spawn(nginx, ['-e', 'stderr', '-p', this.dir, '-c', join(this.dir, 'conf', 'nginx.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    this.#nginx.stderr!.on('data', (text) => (complaint += String(text)));
    const up = await waitUntil(() => answersOk(`http://127.0.0.1:${this.httpPort}/healthz`), 5_000);
    if (!up) throw new Error(`nginx did not start: ${complaint}`);
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.#nginx?.once('exit', done));
    this.#nginx?.kill('SIGTERM');
    await ended;
    this.#release();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** A request exactly as written: no normalized path, any header. */
  ask(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string | Buffer; secure?: boolean } = {},
  ): Promise<Answer> {
    const { method = 'GET', headers = {}, body, secure = false } = options;
    const port = secure ? this.httpsPort : this.httpPort;
    const target = {
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { host: `localhost:${port}`, ...headers },
      agent: false as const,
    };
    return new Promise((done, fail) => {
      const outgoing = secure
        ? secureRequest({ ...target, ca: this.#certificate, servername: 'localhost' })
        : request(target);
      outgoing.once('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('end', () => done({ status: answer.statusCode!, headers: answer.headers, body: text }));
      });
      outgoing.once('upgrade', (answer, socket) => {
        socket.destroy();
        done({ status: answer.statusCode!, headers: answer.headers, body: '' });
      });
      outgoing.once('error', fail);
      outgoing.end(body);
    });
  }

  /** What is answered to bytes that no HTTP client would send. */
  say(text: string, port = this.httpPort): Promise<string> {
    return new Promise((done, fail) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket
        .setEncoding('utf8')
        .on('data', (part: string) => (answer += part))
        .once('error', fail)
        .once('close', () => done(answer));
    });
  }

  /** What the replica saw of a request. */
  async echo(path: string, options?: Parameters<TestedDoor['ask']>[1]): Promise<Echo> {
    return JSON.parse((await this.ask(path, options)).body) as Echo;
  }
}
