import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PeerRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** Plays another service on its internal port. Until told otherwise it is away. */
export class FakePeer {
  /** What it was asked, in order. */
  readonly asked: PeerRequest[] = [];
  /** What it throws ends the connection, as the death of the other process does. */
  answer: (request: PeerRequest) => { status: number; body?: unknown } | Promise<{ status: number; body?: unknown }> =
    () => ({ status: 503 });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request).then(
        ({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
        },
        () => request.socket.destroy(),
      );
    });
  }

  static async start(): Promise<FakePeer> {
    const peer = new FakePeer();
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

  async #handle(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked: PeerRequest = {
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: text === '' ? null : JSON.parse(text),
    };
    this.asked.push(asked);
    return this.answer(asked);
  }
}
