import { fromBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { ConversationId, MessageId } from '@secureconnect/contracts/ids';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { LIMITS } from '@secureconnect/contracts/limits';
import { isWellFormed } from '@secureconnect/crypto/encoding/text';
import { isLine, type OutboxContent } from '../conversations/contents.js';
import type { ConversationLog } from '../conversations/conversation-log.js';
import { NEW_LANE } from '../conversations/log-store.js';
import type { LaneRecord, OutboxRow } from '../conversations/records.js';
import type { MessageView } from '../messenger.js';
import type { EventHub } from '../event-hub.js';
import { asRefusal, Refusal } from '../refusal.js';
import { backoffMs } from '../socket/backoff.js';
import type { Connection } from '../socket/connection.js';
import { moveTo } from './outbox-states.js';
import { planFor } from './refusal-plan.js';
import { SealingLane, type LaneParts } from './sealing-lane.js';

/** Envelopes of one conversation in flight at the same time. */
const WINDOW = 32;
/** Rounds without any progress after which a message is given up. */
const PATIENCE = 4;

export interface OutboxParts extends LaneParts {
  readonly connection: Connection;
  readonly events: EventHub;
  readonly log: (conversationId: ConversationId) => ConversationLog;
  readonly credits: (available: number) => void;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
  readonly stopped: () => boolean;
}

/** Own texts until the server has stored them: durable before a person sees them, sent in order, resent as the same bytes. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #draining = new Map<ConversationId, Promise<void>>();
  readonly #again = new Set<ConversationId>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /**
   * Puts a text, or what changes another message, into the outbox; it is on the disk when this resolves.
   * @param notBeforeMs - the time that it bears is no earlier than this
   * @throws Refusal `text-too-long`
   */
  async put(conversationId: ConversationId, content: OutboxContent, notBeforeMs = 0): Promise<MessageView> {
    const { clock, random, store } = this.#parts;
    if ('body' in content && !isWriteable(content.body)) throw new Refusal('text-too-long');
    for (;;) {
      const lane = await store.get<LaneRecord>('lanes', [conversationId]);
      const value = lane?.value ?? NEW_LANE;
      const row: OutboxRow = {
        conversationId,
        order: value.order + 1,
        messageId: toHex(random(16)) as MessageId,
        content,
        sentAtMs: Math.max(clock.nowMs(), notBeforeMs),
        state: 'sending',
        refusal: null,
        sealed: null,
      };
      const committed = await store.commit({
        expect: [{ table: 'lanes', key: [conversationId], revision: lane?.revision ?? 0 }],
        put: [
          { table: 'lanes', key: [conversationId], value: { ...value, order: row.order } },
          { table: 'outbox', key: [conversationId, row.order], value: row },
        ],
        durable: true,
      });
      if (!committed) continue;
      const view = await this.#tell(row);
      this.drain(conversationId);
      return view;
    }
  }

  /** Also of a message of which a change has failed. @throws Refusal `not-found` unless something of it is here and `failed` */
  async retry(messageId: MessageId): Promise<MessageView> {
    const { clock, store } = this.#parts;
    const found = (await this.all()).find((row) => row.state === 'failed' && isAbout(row, messageId));
    if (found?.state !== 'failed') throw new Refusal('not-found');
    const row = await store.update<OutboxRow>('outbox', [found.conversationId, found.order], (before) =>
      before?.state === 'failed'
        ? {
            ...before,
            state: moveTo(before.state, 'sending'),
            refusal: null,
            sentAtMs: Math.max(before.sentAtMs, clock.nowMs()),
          }
        : null,
    );
    if (row === undefined) throw new Refusal('not-found');
    const view = await this.#tell(row);
    this.drain(row.conversationId);
    return view;
  }

  /** Removes a message that was not accepted. If it had been, and only the answer was lost, sync brings it back. */
  async discard(messageId: MessageId): Promise<void> {
    const { events, store } = this.#parts;
    const row = (await this.all()).find((candidate) => isDiscardable(candidate, messageId));
    if (row === undefined) return;
    const { conversationId, order } = row;
    await store.commit({ remove: [{ table: 'outbox', key: [conversationId, order] }], durable: true });
    if (isLine(row.content)) events.emit({ type: 'message-removed', conversationId, messageId });
    else await this.#tell(row);
    if (row.state === 'encrypted') this.drain(conversationId);
  }

  async all(): Promise<readonly OutboxRow[]> {
    return (await this.#parts.store.range<OutboxRow>('outbox', { prefix: [] })).map(({ value }) => value);
  }

  /** Sends everything that waits anywhere: after a connection, after a reload. */
  async drainAll(): Promise<void> {
    const waiting = (await this.all()).filter(({ state }) => state !== 'failed');
    for (const conversationId of new Set(waiting.map((row) => row.conversationId))) this.drain(conversationId);
  }

  /** Sends what waits in a conversation, unless that is being done already. */
  drain(conversationId: ConversationId): void {
    this.#again.add(conversationId);
    if (this.#draining.has(conversationId)) return;
    const run = async () => {
      try {
        while (this.#again.delete(conversationId)) await this.#drain(conversationId);
      } finally {
        this.#draining.delete(conversationId);
      }
    };
    this.#parts.background(() => {
      const draining = run();
      this.#draining.set(conversationId, draining);
      return draining;
    });
  }

  async #drain(conversationId: ConversationId): Promise<void> {
    const { connection, pause, stopped } = this.#parts;
    const lane = new SealingLane(this.#parts, conversationId);
    let fruitless = 0;
    for (;;) {
      if (stopped()) return;
      let batch: Awaited<ReturnType<SealingLane['ready']>>;
      try {
        batch = await lane.ready(WINDOW);
      } catch (error) {
        const refusal = asRefusal(error);
        if (planFor(refusal.code) === 'fail-all') await this.#fail(lane, await this.#waiting(conversationId), refusal);
        else if (!(await this.#waitOut(refusal, fruitless++))) return;
        continue;
      }
      await this.#tellAll(batch.justSealed);
      if (batch.rows.length === 0 || !connection.isConnected) return;
      const outcome = await this.#send(conversationId, batch.rows);
      if (outcome === null) {
        fruitless = 0;
        continue;
      }
      if (outcome.progress) fruitless = 0;
      const plan = planFor(outcome.refusal.code);
      if (plan === 'resend') {
        if (!(await this.#waitOut(outcome.refusal, fruitless++))) return;
      } else if (plan === 'resync' && fruitless++ < PATIENCE) {
        this.#parts.groups.distrust(conversationId);
        await this.#parts.log(conversationId).catchUpFromServer();
        await this.#tellAll(await lane.restart(new Map()));
        if (fruitless > 1) await pause(backoffMs(fruitless, 0.5));
      } else {
        const given = plan === 'fail-all' ? await this.#waiting(conversationId) : [outcome.row];
        await this.#fail(lane, given, outcome.refusal);
      }
    }
  }

  async #fail(lane: SealingLane, rows: readonly OutboxRow[], { code }: Refusal): Promise<void> {
    await this.#tellAll(await lane.restart(new Map(rows.map(({ messageId }) => [messageId, code] as const))));
  }

  /** Sends rows in order, all at once, and waits for all answers. null: all were taken. */
  async #send(
    conversationId: ConversationId,
    rows: readonly OutboxRow[],
  ): Promise<{ readonly row: OutboxRow; readonly refusal: Refusal; readonly progress: boolean } | null> {
    const { connection, credits, groups, log } = this.#parts;
    const stored: StoredMessage[] = [];
    const refused: { readonly row: OutboxRow; readonly refusal: Refusal }[] = [];
    await Promise.all(
      rows.map(async (row) => {
        const envelope = fromBase64Url(row.sealed!.envelope);
        try {
          const { seq, acceptedAtMs, available, messageId } = await connection.command('message:send', { envelope });
          if (messageId !== row.messageId) throw new Refusal('server-answer-refused');
          if (available !== null) credits(available);
          stored.push({ seq, acceptedAtMs, envelope });
        } catch (error) {
          refused.push({ row, refusal: asRefusal(error) });
        }
      }),
    );
    await groups.stored(
      conversationId,
      stored.map(({ envelope }) => envelope),
    );
    await Promise.all(stored.map((message) => log(conversationId).arrive(message)));
    const place = ({ row }: { readonly row: OutboxRow }) => rows.indexOf(row);
    const [first] = refused.sort((a, b) => place(a) - place(b));
    if (first !== undefined) return { ...first, progress: stored.length > 0 };
    const left = await this.#waiting(conversationId);
    const stuck = rows.find(({ messageId }) => left.some((row) => row.messageId === messageId));
    // The server says that it took it, at a place that holds something else.
    return stuck ? { row: stuck, refusal: new Refusal('server-answer-refused'), progress: false } : null;
  }

  /** Waits until it makes sense to try again. False: something else will start it again (a connection, a person). */
  async #waitOut({ code, retryAfterSeconds }: Refusal, attempt: number): Promise<boolean> {
    const { connection, pause, stopped } = this.#parts;
    if (!connection.isConnected || stopped() || planFor(code) !== 'resend') return false;
    await pause(retryAfterSeconds !== undefined ? retryAfterSeconds * 1_000 : backoffMs(attempt, 0.5));
    return connection.isConnected;
  }

  async #waiting(conversationId: ConversationId): Promise<OutboxRow[]> {
    const rows = await this.#parts.store.range<OutboxRow>('outbox', { prefix: [conversationId] });
    return rows.map(({ value }) => value).filter(({ state }) => state !== 'failed');
  }

  async #tellAll(rows: readonly OutboxRow[]): Promise<void> {
    for (const row of rows) await this.#tell(row);
  }

  /** Tells what waits; of a change, what the message that it changes looks like now. */
  async #tell(row: OutboxRow): Promise<MessageView> {
    const view = await this.#parts.log(row.conversationId).tellWaiting(row);
    if (view === null) throw new Refusal('not-found');
    return view;
  }
}

function isWriteable(body: string): boolean {
  return body.length > 0 && body.length <= LIMITS.textMaxLength && isWellFormed(body);
}

function isAbout({ content, messageId }: OutboxRow, id: MessageId): boolean {
  return messageId === id || (!isLine(content) && content.target.messageId === id);
}

function isDiscardable(row: OutboxRow, id: MessageId): boolean {
  return row.messageId === id || (row.state === 'failed' && isAbout(row, id));
}
