import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { TEST_ORIGIN } from '../../src/testing/service-environment.js';

/**
 * A WebSocket client made by hand, because an honest library would not do what mallory does: it sends any frame at any time, can
 * stop reading, and does not answer when it is told to go.
 */
export class RawSocket {
  /** Texts of the frames that arrived (lengths under 126 only; longer ones are counted in `bytesRead`). */
  readonly texts: string[] = [];
  isClosed = false;

  private constructor(readonly tcp: Socket) {
    tcp.on('close', () => (this.isClosed = true));
    tcp.on('error', () => undefined);
  }

  /** Connects an engine; nothing was said about who it is but the cookie. */
  static async open(publicUrl: string, path: string, cookie: string): Promise<RawSocket> {
    const url = new URL(publicUrl);
    const tcp = connect(Number(url.port), url.hostname);
    await new Promise((resolve, reject) => tcp.once('connect', resolve).once('error', reject));
    const head = [
      `GET ${path}/?EIO=4&transport=websocket HTTP/1.1`,
      `Host: ${url.host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Origin: ${TEST_ORIGIN}`,
      `Cookie: ${cookie}`,
    ];
    const socket = new RawSocket(tcp);
    tcp.write(`${head.join('\r\n')}\r\n\r\n`);
    await new Promise<void>((resolve) => {
      let seen = '';
      const read = (chunk: Buffer): void => {
        seen += chunk.toString('latin1');
        if (!seen.includes('"sid"')) return;
        tcp.off('data', read);
        tcp.on('data', (later: Buffer) => {
          socket.#take(later);
        });
        resolve();
      };
      tcp.on('data', read);
    });
    return socket;
  }

  /** Sends text frames in one write. */
  send(...texts: string[]): void {
    this.tcp.write(Buffer.concat(texts.map((text) => frame(text))));
  }

  async until(done: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    return done();
  }

  destroy(): void {
    this.tcp.destroy();
  }

  #take(chunk: Buffer): void {
    let at = 0;
    while (at + 2 <= chunk.length) {
      const length = chunk.readUInt8(at + 1) & 0x7f;
      if (length > 125) return;
      this.texts.push(chunk.toString('utf8', at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
}

/** A masked text frame (RFC 6455 section 5.2), the mask all zero. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
