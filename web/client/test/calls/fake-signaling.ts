import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendSignal, SignalArrived } from '@secureconnect/contracts/signaling';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { Server, type Socket } from 'socket.io';
import type { Session } from '../fake-state.js';

interface InCall {
  readonly callId: string;
  readonly conversationId: string;
}

/** Who is in a call, as the fake server has it. */
interface KnownCall extends InCall {
  readonly members: { userId: string; deviceId: string; joinedAtMs: number }[];
  isConnected: boolean;
}

/** Signaling in memory, honest and small; what it relays can be kept back, altered, and said again. */
export class FakeSignaling {
  readonly calls = new Map<string, KnownCall>();
  /** Everything that was relayed, in order, with whom it was for. */
  readonly relayed: { readonly toUserId: string; readonly arrived: SignalArrived }[] = [];
  /** Asked before a signal goes on: false keeps it back. */
  lets: (toUserId: string, arrived: SignalArrived) => boolean = () => true;
  /** Whether a conversation is a group's: its call is over with the last who leaves, and the ninth is refused. */
  isGroup: (conversationId: string) => boolean = () => false;
  /** Asked before a command is carried out: a code refuses it. */
  refuse: (command: string) => string | null = () => null;
  /** What a call is told to use. */
  helpers = ['turn:relay.example.org:3478'];
  readonly #http: HttpServer;
  readonly #io: Server;

  private constructor(http: HttpServer, sessions: () => readonly Session[]) {
    this.#http = http;
    this.#io = new Server(http, { path: '/socket/signaling', maxHttpBufferSize: 1e6 });
    this.#io.use((socket, next) => {
      const { cookie } = socket.handshake.headers;
      const session = sessions().find(({ access, ended }) => ended === null && cookie?.includes(`sc-access=${access}`));
      if (session?.deviceId) {
        socket.data = session;
        next();
      } else next(Object.assign(new Error('no'), { data: { ok: false, code: 'unauthenticated' } }));
    });
    this.#io.on('connection', (socket) => this.#welcome(socket));
  }

  static async start(sessions: () => readonly Session[]): Promise<FakeSignaling> {
    // the one page of its door: on which hosts helpers may stand
    const http = createServer((_, answer) => answer.end(JSON.stringify(['relay.example.org'])));
    const signaling = new FakeSignaling(http, sessions);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return signaling;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await this.#io.close();
  }

  /** Cuts every socket, as a replica that is killed does. */
  cutSockets(): void {
    for (const socket of this.#io.sockets.sockets.values()) socket.disconnect(true);
  }

  get connected(): number {
    return this.#io.sockets.sockets.size;
  }

  /** Hands a signal to all devices of a user, whoever it is from. */
  say(toUserId: string, arrived: SignalArrived): void {
    this.#io.to(toUserId).emit('signal:arrived', arrived);
  }

  #welcome(socket: Socket): void {
    const session = socket.data as Session;
    void socket.join([session.userId, `${session.userId} ${session.deviceId}`]);
    const commands = this.#commands(session);
    for (const [name, work] of Object.entries(commands)) {
      socket.on(name, (body: unknown, ack: (answer: unknown) => void) => {
        const code = this.refuse(name);
        ack(code === null ? work(body as never) : { ok: false, code });
      });
    }
    socket.emit('session:welcome', { replicaId: 'signaling-1', serverTimeMs: Date.now() });
  }

  #commands({ userId, deviceId }: Session) {
    const own = { userId, deviceId: deviceId!, joinedAtMs: 1 };
    const enter = ({ callId, conversationId }: InCall) => {
      const call = this.calls.get(callId) ?? { callId, conversationId, members: [], isConnected: false };
      this.calls.set(callId, call);
      const isIn = call.members.some((member) => member.deviceId === deviceId);
      if (!isIn && call.members.length >= 8) return { ok: false, code: 'call-full' };
      if (!call.members.some((member) => member.deviceId === deviceId)) call.members.push(own);
      return { ok: true, members: call.members };
    };
    return {
      'signal:send': ({ toUserId, toDeviceId, envelope }: SendSignal) => {
        const bytes = new Uint8Array(envelope);
        const arrived = {
          conversationId: idToHex(readEnvelopeHeader(bytes).conversationId),
          fromUserId: userId,
          fromDeviceId: deviceId,
          relayedAtMs: Date.now(),
          envelope: bytes,
        } as unknown as SignalArrived;
        this.relayed.push({ toUserId, arrived });
        const room = toDeviceId === null ? toUserId : `${toUserId} ${toDeviceId}`;
        const reached = (this.#io.sockets.adapter.rooms.get(room)?.size ?? 0) > 0;
        if (this.lets(toUserId, arrived)) this.#io.to(room).emit('signal:arrived', arrived);
        return { ok: true, reached };
      },
      'call:start': (body: InCall) => {
        const other = [...this.calls.values()].find(
          ({ conversationId, members }) => conversationId === body.conversationId && members.length > 0,
        );
        if (other !== undefined && other.callId !== body.callId)
          return { ok: true, outcome: 'underway', callId: other.callId, members: other.members };
        enter(body);
        return { ok: true, outcome: 'started', price: 1 };
      },
      'call:join': enter,
      'call:find': ({ conversationId }: { readonly conversationId: string }) => {
        const call = [...this.calls.values()].find((known) => known.conversationId === conversationId);
        return { ok: true, call: call === undefined ? null : { callId: call.callId, members: call.members } };
      },
      'call:connected': ({ callId }: InCall) => {
        const call = this.calls.get(callId);
        if (call) call.isConnected = true;
        return { ok: true };
      },
      'call:alive': enter,
      'call:leave': ({ callId, conversationId }: InCall) => {
        const members = this.calls.get(callId)?.members ?? [];
        const at = members.findIndex((member) => member.deviceId === deviceId);
        if (at >= 0) members.splice(at, 1);
        if (members.length === 0 || !this.isGroup(conversationId)) this.calls.delete(callId);
        return { ok: true };
      },
      'turn:credentials': () => ({
        ok: true,
        iceServers: [{ urls: this.helpers, username: '1:x', credential: 'c' }],
        relays: true,
        expiresAtMs: Date.now() + 600_000,
      }),
    };
  }
}
