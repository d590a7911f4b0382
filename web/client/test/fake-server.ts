import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Ban } from '@secureconnect/contracts/problem';
import type { LoginAnswer, RegisterRequest, Vault, VaultPut } from '@secureconnect/contracts/auth';
import type { ConversationSummary, SyncConversation } from '@secureconnect/contracts/messaging';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import { envelopeHashPreimage, readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { readDeviceCert, readRevocation } from '@secureconnect/contracts/signed/device';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { toHex } from '@secureconnect/contracts/encoding';
import { Server, type Socket } from 'socket.io';
import { admitToGroup, groupCommands, isClosedTo, type FakeGroup } from './fake-groups.js';
import { ephemeralCommands } from './fake-ephemerals.js';
import { outsideRoute, ownerRoute, type OwnerHost } from './fake-owner-routes.js';
import type { Account, Conversation, FakeState, Session } from './fake-state.js';

type Answer = { ok: true } & Record<string, unknown>;

/**
 * The wire's server side in one process and in memory, honest and small, for the messenger's own tests: no durability, no
 * cryptography beyond hashes. Its doors can be shut one by one.
 */
export class FakeServer implements FakeState {
  readonly accounts = new Map<string, Account>();
  readonly sessions: Session[] = [];
  /** Who may be told of. */
  readonly visible = new Map<string, boolean>();
  readonly conversations = new Map<string, Conversation>();
  readonly groups = new Map<string, FakeGroup>();
  readonly requests: { route: string; body: unknown }[] = [];
  accessLifetimeMs = 600_000;
  /** What `account-banned` says with it. */
  ban: Ban | null = null;
  /** Asked before a command is carried out: a code refuses it, 'silence' carries it out and never answers. */
  refuse: (command: string, userId: string) => string | null = () => null;
  /** Who is not told what becomes of their groups. */
  hush: (userId: string) => boolean = () => false;
  /** Runs when a route has done its work and before it answers: what a dishonest server undoes. An error here loses the answer. */
  after: (route: string) => void = () => undefined;
  readonly #http: HttpServer;
  readonly #io: Server;

  private constructor(http: HttpServer, io: Server) {
    this.#http = http;
    this.#io = io;
  }

  static async start(): Promise<FakeServer> {
    const http = createServer((request, response) => void server.#handle(request, response));
    const io = new Server(http, { path: '/socket/messaging', maxHttpBufferSize: 1e6 });
    const server = new FakeServer(http, io);
    io.use((socket, next) => {
      const session = server.#sessionOf(socket.handshake.headers.cookie);
      if (session?.deviceId && socket.handshake.auth.v === 1) {
        socket.data = session;
        next();
      } else next(Object.assign(new Error('no'), { data: { ok: false, code: 'unauthenticated' } }));
    });
    io.on('connection', (socket) => server.#welcome(socket));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await this.#io.close();
  }

  account(username: string): Account {
    return this.find(username)!;
  }

  find(username: string): Account | undefined {
    return [...this.accounts.values()].find((account) => account.username === username);
  }

  /** What the directory answers for a user. */
  identityOf({ userId, username, bundles, deviceCerts, revocations }: Account) {
    return { userId, username, bundles, deviceCerts, revocations };
  }

  infoOf({ userId, sessionId, deviceId, expiresAtMs }: Session) {
    const { username } = this.accounts.get(userId)!;
    return { userId, username, role: 'user', sessionId, deviceId, accessExpiresAtMs: expiresAtMs };
  }

  /** Ends sessions of a user and cuts their sockets. */
  endSessions(userId: string, chosen: (session: Session) => boolean): void {
    const ended = this.sessions.filter((session) => session.userId === userId && !session.ended && chosen(session));
    for (const session of ended) session.ended = 'session-ended';
    for (const socket of this.#io.sockets.sockets.values()) {
      if (!ended.includes(socket.data as Session)) continue;
      socket.emit('session:ended', { reason: 'revoked' });
      socket.disconnect(true);
    }
  }

  /** Tells everybody that a user's keys or devices have changed. */
  tellOf(userId: string): void {
    this.#io.emit('identity:changed', { userId });
  }

  /** Cuts every socket, as a crash would. */
  cutSockets(reason?: string): void {
    for (const socket of this.#io.sockets.sockets.values()) {
      if (reason) socket.emit('session:ended', { reason });
      socket.disconnect(true);
    }
  }

  emitTo(username: string, event: string, ...bodies: unknown[]): void {
    this.#io.to(this.account(username).userId).emit(event, ...bodies);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url!.startsWith('/socket/')) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text ? (JSON.parse(text) as never) : ({} as never);
    const route = `${request.method} ${request.url!.replace(/^\/api\//, '')}`;
    this.requests.push({ route, body });
    const cookies: string[] = [];
    let status = 200;
    let answer: unknown;
    try {
      answer = this.#route(route, body, request, cookies);
      this.after(route);
    } catch (error) {
      const code = (error as Error).message;
      status = code === 'unauthenticated' || code.startsWith('session-') ? 401 : code === 'not-found' ? 404 : 409;
      const ban = code === 'account-banned' && this.ban !== null ? { ban: this.ban } : {};
      answer = { type: `urn:secureconnect:problem:${code}`, title: code, status, code, ...ban };
    }
    response.writeHead(status, { 'content-type': 'application/json', 'set-cookie': cookies });
    response.end(JSON.stringify(answer));
  }

  #route(route: string, body: never, request: IncomingMessage, cookies: string[]): unknown {
    const [, path] = route.split(' ') as [string, string];
    if (path === 'auth/prelogin') {
      const account = this.find((body as { username: string }).username);
      return { kdfParams: account?.kdfParams ?? Buffer.alloc(43, 1).toString('base64url') };
    }
    if (path === 'auth/register') return this.#register(body, cookies);
    if (path === 'auth/login') {
      const { username, authSecret } = body as { username: string; authSecret: string };
      const account = this.find(username);
      if (account?.authSecret !== authSecret) throw new Error('credentials-refused');
      return this.#begin(account, null, cookies);
    }
    if (path === 'auth/refresh') {
      const session = this.sessions.find(({ refresh }) => request.headers.cookie?.includes(`sc-refresh=${refresh}`));
      if (!session) throw new Error('session-reused');
      if (session.ended) throw new Error(session.ended);
      return { session: this.#issue(session, cookies) };
    }
    if (path === 'auth/logout') {
      const session = this.#sessionOf(request.headers.cookie);
      if (session) session.ended = 'session-ended';
      return {};
    }
    const host = this.#ownerHost(cookies);
    const outside = outsideRoute(host, path, body);
    if (outside !== undefined) return outside;
    const session = this.#sessionOf(request.headers.cookie);
    if (!session) throw new Error('unauthenticated');
    const owned = ownerRoute(host, route, body, session);
    if (owned !== undefined) return owned;
    const account = this.accounts.get(session.userId)!;
    if (route === 'GET auth/vault') return account.vault;
    if (route === 'PUT auth/vault') return this.#putVault(account, body);
    if (path === 'auth/devices') {
      const { deviceCert } = body as { deviceCert: string };
      const deviceId = idToHex(readDeviceCert(Buffer.from(deviceCert, 'base64url')).deviceId);
      const revoked = account.revocations.map((text) => readRevocation(Buffer.from(text, 'base64url')).deviceId);
      if (revoked.some((id) => idToHex(id) === deviceId)) throw new Error('device-refused');
      if (!account.deviceCerts.includes(deviceCert)) account.deviceCerts.push(deviceCert);
      session.deviceId = deviceId;
      return { session: this.#issue(session, cookies) };
    }
    if (path === 'credits/balance') return { available: account.available, held: 0, version: 1 };
    const found = path.startsWith('auth/users/by-name/')
      ? this.find(path.slice('auth/users/by-name/'.length))
      : this.accounts.get(path.slice('auth/users/'.length));
    if (!found) throw new Error('not-found');
    return this.identityOf(found);
  }

  #ownerHost(cookies: string[]): OwnerHost {
    return {
      server: this,
      cookies,
      begin: (account, deviceId, set) => this.#begin(account, deviceId, set),
      issue: (session, set) => this.#issue(session, set),
      putVault: (account, put) => this.#putVault(account, put),
    };
  }

  #register(body: RegisterRequest, cookies: string[]): LoginAnswer {
    if (this.find(body.username)) throw new Error('username-taken');
    const account: Account = {
      ...body,
      joinedAtMs: Date.now(),
      available: 500,
      deviceCerts: [body.deviceCert],
      bundles: [body.bundle],
      revocations: [],
    };
    this.accounts.set(body.userId, account);
    return this.#begin(account, idToHex(readDeviceCert(Buffer.from(body.deviceCert, 'base64url')).deviceId), cookies);
  }

  #begin(account: Account, deviceId: string | null, cookies: string[]): LoginAnswer {
    const session: Session = {
      userId: account.userId,
      sessionId: randomBytes(16).toString('hex'),
      deviceId,
      access: '',
      refresh: '',
      expiresAtMs: 0,
      ended: null,
    };
    this.sessions.push(session);
    return { session: this.#issue(session, cookies), serverShare: account.serverShare } as LoginAnswer;
  }

  #issue(session: Session, cookies: string[]) {
    session.access = randomBytes(16).toString('hex');
    session.refresh = randomBytes(16).toString('hex');
    session.expiresAtMs = Date.now() + this.accessLifetimeMs;
    cookies.push(`sc-access=${session.access}; Path=/; HttpOnly`, `sc-refresh=${session.refresh}; Path=/; HttpOnly`);
    return this.infoOf(session);
  }

  #sessionOf(cookie: string | undefined): Session | undefined {
    return this.sessions.find(
      ({ access, ended, expiresAtMs }) =>
        ended === null && expiresAtMs > Date.now() && cookie?.includes(`sc-access=${access}`),
    );
  }

  #putVault(account: Account, { expectedSeq, header, head, upserts, deletes }: VaultPut) {
    if (account.vault.seq !== expectedSeq) throw new Error('vault-conflict');
    const items = new Map(account.vault.items.map((item) => [item.itemId, item]));
    for (const item of upserts) items.set(item.itemId, item);
    for (const itemId of deletes) items.delete(itemId);
    account.vault = { seq: expectedSeq + 1, header, head, items: [...items.values()] } satisfies Vault;
    return { seq: expectedSeq + 1 };
  }

  #welcome(socket: Socket): void {
    const session = socket.data as Session;
    void socket.join(session.userId);
    socket.emit('session:welcome', { replicaId: 'fake-1', serverTimeMs: Date.now() });
    const timer = setTimeout(() => {
      socket.emit('session:ended', { reason: 'token-expired' });
      socket.disconnect(true);
    }, session.expiresAtMs - Date.now());
    socket.on('disconnect', () => clearTimeout(timer));
    const commands: Record<string, (body: never) => Answer> = {
      'conversation:open': (body: { peerUserId: string }) => this.#open(session.userId, body.peerUserId),
      'conversation:list': () => ({
        ok: true,
        more: false,
        conversations: [...this.conversations.values()]
          .map(({ summary }) => summary)
          .filter(
            ({ conversationId, members }) =>
              members.includes(session.userId as never) || this.groups.get(conversationId)?.left.has(session.userId),
          ),
      }),
      'conversation:sync': (body: SyncConversation) => this.#sync(body, session.userId),
      'message:send': (body: { envelope: Uint8Array }) => this.#send(session, body.envelope),
      ...groupCommands(
        {
          conversations: this.conversations,
          groups: this.groups,
          emit: (userIds, event, body) =>
            void this.#io.to(userIds.filter((userId) => !this.hush(userId))).emit(event, body),
        },
        session.userId,
      ),
      ...ephemeralCommands(this.#io, this, session.userId),
      'message:delivered': (body: { receipt: Uint8Array }) => this.#delivered(body.receipt),
    };
    for (const [name, run] of Object.entries(commands)) {
      socket.on(name, (body: unknown, ack: (answer: unknown) => void) => {
        const code = this.refuse(name, session.userId);
        if (code !== null && code !== 'silence') {
          ack({ ok: false, code });
          return;
        }
        let answer: unknown;
        try {
          answer = run(body as never);
        } catch (error) {
          answer = { ok: false, code: (error as Error).message };
        }
        if (code === null) ack(answer);
      });
    }
  }

  #open(selfId: string, peerUserId: string): Answer {
    if (!this.accounts.has(peerUserId)) throw new Error('peer-unknown');
    const preimage = directConversationPreimage(idFromHex(selfId), idFromHex(peerUserId));
    const conversationId = createHash('sha256').update(preimage).digest('hex').slice(0, 32);
    let conversation = this.conversations.get(conversationId);
    if (conversation === undefined) {
      const nowMs = Date.now();
      const summary = {
        conversationId,
        kind: 'direct',
        members: [selfId, peerUserId],
        lastSeq: 0,
        createdAtMs: nowMs,
        lastAtMs: nowMs,
      } as never as ConversationSummary;
      conversation = { summary, messages: [], heads: new Map(), receipts: new Map() };
      this.conversations.set(conversationId, conversation);
      this.#io.to([selfId, peerUserId]).emit('conversation:opened', { conversation: summary });
    }
    return { ok: true, conversation: conversation.summary };
  }

  #sync({ conversationId, from, limit }: SyncConversation, userId: string): Answer {
    const conversation = this.conversations.get(conversationId);
    if (!conversation) throw new Error('conversation-unknown');
    const group = this.groups.get(conversationId);
    const messages = conversation.messages.filter(({ seq }) => !group || !isClosedTo(group, userId, seq));
    const since = group?.since.get(userId) ?? 0;
    const after = 'afterSeq' in from ? from.afterSeq : 0;
    const page =
      'afterSeq' in from
        ? messages.filter(({ seq }) => seq > from.afterSeq).slice(0, limit)
        : messages.filter(({ seq }) => seq < from.beforeSeq).slice(-limit);
    return {
      ok: true,
      messages: page,
      lastSeq: messages.at(-1)?.seq ?? since,
      ...(after < since && { closed: [{ after, upTo: since }] }),
      receipts: [...conversation.receipts.values()].map(({ bytes }) => bytes),
    };
  }

  #send(session: Session, bytes: Uint8Array): Answer {
    const { header } = readEnvelope(bytes);
    const conversation = this.conversations.get(idToHex(header.conversationId));
    if (!conversation) throw new Error('conversation-unknown');
    const group = this.groups.get(idToHex(header.conversationId));
    if (group) admitToGroup(group, session.userId, header);
    const hash = createHash('sha256').update(envelopeHashPreimage(bytes)).digest('hex');
    const messageId = idToHex(header.messageId);
    const before = conversation.messages.find(
      ({ envelope }) => idToHex(readEnvelope(envelope).header.messageId) === messageId,
    );
    if (before) {
      if (!Buffer.from(before.envelope).equals(Buffer.from(bytes))) throw new Error('message-id-taken');
      return { ok: true, messageId, seq: before.seq, acceptedAtMs: before.acceptedAtMs, available: null };
    }
    const head = conversation.heads.get(session.deviceId!) ?? { senderSeq: 0, hash: '00'.repeat(32) };
    if (header.senderSeq !== head.senderSeq + 1 || toHex(header.previousHash) !== head.hash)
      throw new Error('sequence-gap');
    const account = this.accounts.get(session.userId)!;
    if (account.available < 1) throw new Error('insufficient-credits');
    account.available--;
    conversation.heads.set(session.deviceId!, { senderSeq: header.senderSeq, hash });
    const stored = { seq: conversation.messages.length + 1, acceptedAtMs: Date.now(), envelope: new Uint8Array(bytes) };
    conversation.messages.push(stored);
    conversation.summary = { ...conversation.summary, lastSeq: stored.seq, lastAtMs: stored.acceptedAtMs };
    this.#io.to([...conversation.summary.members]).emit('message:arrived', stored);
    return { ok: true, messageId, seq: stored.seq, acceptedAtMs: stored.acceptedAtMs, available: account.available };
  }

  #delivered(receipt: Uint8Array): Answer {
    const { header } = readEnvelope(receipt);
    const conversation = this.conversations.get(idToHex(header.conversationId))!;
    const device = idToHex(header.senderDevice);
    if ((conversation.receipts.get(device)?.senderSeq ?? 0) < header.senderSeq) {
      const bytes = new Uint8Array(receipt);
      conversation.receipts.set(device, { senderSeq: header.senderSeq, bytes });
      this.#io.to([...conversation.summary.members]).emit('receipt:arrived', { receipt: bytes });
    }
    return { ok: true };
  }
}
