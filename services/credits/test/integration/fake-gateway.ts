import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallsExist, MessagesExist, UnsettledAllowances } from '@secureconnect/contracts/internal';

/** Plays messaging-gateway and signaling on their internal ports: it knows which messages and calls exist, and can be away. */
export class FakeGateway {
  readonly existing = new Set<string>();
  /** Allowances with captures on their way. */
  readonly unsettled = new Set<string>();
  readonly askedAllowances: string[][] = [];
  readonly askedCalls: string[][] = [];
  /** What it was asked, request by request. */
  readonly asked: string[][] = [];
  readonly authorizations: (string | undefined)[] = [];
  mode: 'answers' | 'unavailable' | 'nonsense' | 'hangs' = 'answers';
  /** Called between a question and its answer. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
  }

  static async start(): Promise<FakeGateway> {
    const gateway = new FakeGateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (request.url === '/internal/allowances/unsettled') {
      const { allowanceIds } = UnsettledAllowances.parse(JSON.parse(text));
      this.askedAllowances.push(allowanceIds);
      if (this.mode !== 'answers') return { status: 503, body: '{}' };
      return { status: 200, body: JSON.stringify({ unsettled: allowanceIds.filter((id) => this.unsettled.has(id)) }) };
    }
    if (request.url === '/internal/calls/exist') {
      const { callIds } = CallsExist.parse(JSON.parse(text));
      this.askedCalls.push(callIds);
      return { status: 200, body: JSON.stringify({ existing: callIds.filter((id) => this.existing.has(id)) }) };
    }
    if (request.url !== '/internal/messages/exist' || request.method !== 'POST') return { status: 404, body: '{}' };
    const { messageIds } = MessagesExist.parse(JSON.parse(text));
    this.asked.push(messageIds);
    this.authorizations.push(request.headers.authorization);
    if (this.mode === 'unavailable') return { status: 503, body: '{}' };
    if (this.mode === 'nonsense') return { status: 200, body: '{"existing":"all of them"}' };
    if (this.mode === 'hangs') await new Promise((resolve) => request.socket.once('close', resolve));
    await this.beforeAnswer();
    return { status: 200, body: JSON.stringify({ existing: messageIds.filter((id) => this.existing.has(id)) }) };
  }
}
