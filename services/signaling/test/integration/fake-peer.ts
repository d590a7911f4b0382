import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Plays another service on its internal port. */
export class FakePeer {
  /** Bodies of what it was asked, in order. */
  readonly asked: unknown[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly #server: Server;

  private constructor(public answer: (path: string, body: unknown) => Answer | Promise<Answer>) {
    this.#server = createServer((request, response) => {
      void this.#handle(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      });
    });
  }

  static async start(answer: FakePeer['answer']): Promise<FakePeer> {
    const peer = new FakePeer(answer);
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage): Promise<Answer> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body: unknown = text === '' ? null : JSON.parse(text);
    this.asked.push(body);
    this.authorizations.push(request.headers.authorization);
    return this.answer(request.url ?? '', body);
  }
}
