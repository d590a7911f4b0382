import { randomBytes } from 'node:crypto';
import { connect, type Socket as TcpSocket } from 'node:net';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import type { Seat } from '../load/plan.js';
import { BINARY, CLOSE, clientFrame, ServerFrames, TEXT } from './websocket-frames.js';

const CONNECT_WITHIN_MS = 60_000;

/** What a socket is told. `json` is the text of the packet's list; a binary part is a view that is only good during the call. */
export interface Listener {
  event(json: string, part: Buffer | null): void;
  acknowledged(id: number, json: string, part: Buffer | null): void;
}

/**
 * As much of a Socket.IO client as a load generator needs: WebSocket, namespace `/`, packets with at most one binary part kept. The
 * real one costs several times the CPU, which on a machine that carries both sides is taken from the servers that are measured.
 */
export class LeanSocket {
  readonly #tcp: TcpSocket;
  readonly #frames: ServerFrames;
  #listener: Listener | null = null;
  #packet: { readonly text: string; readonly parts: number } | null = null;
  #first: Buffer | null = null;
  #left = 0;
  #onWelcome: () => void = () => undefined;
  #onRefused: (error: Error) => void = () => undefined;
  #isUpgraded = false;
  #head = '';

  private constructor(seat: Seat, path: string) {
    const { hostname, port, host } = new URL(seat.url);
    this.#frames = new ServerFrames((opcode, payload) => {
      this.#frame(opcode, payload);
    });
    this.#tcp = connect(Number(port), hostname);
    this.#tcp.setNoDelay(true);
    const headers = Object.entries({
      Host: host,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...seat.headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#tcp.write(`GET ${path}/?EIO=4&transport=websocket&k=bench HTTP/1.1\r\n${headers.join('')}\r\n`);
    this.#tcp.on('data', (chunk: Buffer) => {
      this.#data(chunk);
    });
    this.#tcp.on('error', (error) => {
      this.#onRefused(error);
    });
    this.#tcp.on('close', () => {
      this.#onRefused(new Error('a socket was closed'));
    });
  }

  /** Resolves at `session:welcome`: the server listens, and its rooms are heard on all replicas. */
  static connect(seat: Seat, path: string): Promise<LeanSocket> {
    const socket = new LeanSocket(seat, path);
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => reject(new Error('a socket did not connect in time')), CONNECT_WITHIN_MS);
      socket.#onWelcome = () => {
        clearTimeout(overdue);
        resolve(socket);
      };
      socket.#onRefused = (error) => {
        clearTimeout(overdue);
        reject(error);
      };
    });
  }

  listen(listener: Listener): void {
    this.#listener = listener;
  }

  /** What {@link commandFrames} made. */
  write(frames: Buffer): void {
    this.#tcp.write(frames);
  }

  /** Ends the connection without a goodbye. */
  close(): void {
    this.#onRefused = () => undefined;
    this.#tcp.destroy();
  }

  #data(chunk: Buffer): void {
    if (this.#isUpgraded) {
      this.#frames.push(chunk);
      return;
    }
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (!this.#head.startsWith('HTTP/1.1 101')) {
      this.#onRefused(new Error(`a socket was refused: ${this.#head.slice(0, end)}`));
      return;
    }
    this.#isUpgraded = true;
    const rest = Buffer.from(this.#head.slice(end + 4), 'latin1');
    if (rest.length > 0) this.#frames.push(rest);
  }

  #frame(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.#text(payload.toString('utf8'));
    else if (opcode === BINARY) this.#part(payload);
    else if (opcode === CLOSE) this.#tcp.destroy();
  }

  /** Engine.IO 4 and Socket.IO 5 packets, by their first characters. */
  #text(text: string): void {
    if (text.startsWith('45') || text.startsWith('46')) {
      const dash = text.indexOf('-');
      this.#left = Number(text.slice(2, dash));
      this.#packet = { text: `4${text[1] === '5' ? '2' : '3'}${text.slice(dash + 1)}`, parts: this.#left };
      this.#first = null;
      if (this.#left === 0) this.#whole(this.#packet.text, null);
    } else if (text.startsWith('42') || text.startsWith('43')) this.#whole(text, null);
    else if (text === '2') this.#tcp.write(PONG);
    else if (text.startsWith('0')) this.#tcp.write(CONNECT);
    else if (text.startsWith('44')) this.#onRefused(new Error(`a socket was refused: ${text.slice(2)}`));
  }

  #part(payload: Buffer): void {
    if (this.#packet === null) return;
    this.#left -= 1;
    // The first of several is kept until the last is there.
    if (this.#first === null) this.#first = this.#left > 0 ? Buffer.from(payload) : payload;
    if (this.#left > 0) return;
    const { text } = this.#packet;
    const first = this.#first;
    this.#packet = this.#first = null;
    this.#whole(text, first);
  }

  #whole(text: string, part: Buffer | null): void {
    const start = text.indexOf('[');
    const json = text.slice(start);
    if (text[1] === '3') this.#listener?.acknowledged(Number(text.slice(2, start)), json, part);
    else if (json.startsWith('["session:welcome"')) this.#onWelcome();
    else this.#listener?.event(json, part);
  }
}

const PONG = clientFrame(TEXT, Buffer.from('3'));
const CONNECT = clientFrame(TEXT, Buffer.from(`40${JSON.stringify({ v: PROTOCOL_VERSION })}`));

/**
 * A command as the frames that a Socket.IO client sends. Binary values may lie in the body itself, or in a list in it.
 * @param id - comes back with the acknowledgement
 */
export function commandFrames(id: number, event: string, body: object): Buffer {
  const parts: Uint8Array[] = [];
  const placed = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return { _placeholder: true, num: parts.push(value) - 1 };
    return Array.isArray(value) ? value.map(placed) : value;
  };
  const fields = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, placed(value)]));
  const kind = parts.length === 0 ? '42' : `45${parts.length}-`;
  const text = clientFrame(TEXT, Buffer.from(`${kind}${id}${JSON.stringify([event, fields])}`));
  return Buffer.concat([text, ...parts.map((part) => clientFrame(BINARY, part))]);
}
