import type { StoredMessage, SyncConversation } from '@secureconnect/contracts/messaging';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Mallory } from './mallory.js';
import type { Emit } from './tamper.js';

type Page = { ok: true; messages: StoredMessage[]; lastSeq: number; receipts: unknown[] } | { ok: false };

/** Turns what the conversation really holds into what one reader is told. Positions are made gapless again unless `asNumbered`. */
export type Telling = (truth: readonly StoredMessage[]) => readonly StoredMessage[];

/**
 * A server that tells its own story of one conversation, consistently: in pushes, in the list, in every page of history. The
 * sharpest form of dropping, adding, replaying, reordering and editing.
 */
export class StoryTeller {
  readonly #mallory: Mallory;
  readonly #conversationId: string;
  readonly #truth = new Map<number, StoredMessage>();
  readonly #pushed = new Set<number>();
  telling: Telling;
  /** Keeps the positions that the telling gives, holes and all. */
  asNumbered = false;

  constructor(mallory: Mallory, conversationId: string, telling: Telling) {
    this.#mallory = mallory;
    this.#conversationId = conversationId;
    this.telling = telling;
    mallory.tamper = {
      ...mallory.tamper,
      command: (name, body, forward) => this.#command(name, body, forward),
      event: (name, body, emit) => this.#event(name, body, emit),
    };
  }

  /** What the reader is told of the conversation at this moment. */
  get told(): StoredMessage[] {
    const truth = [...this.#truth.values()].sort((a, b) => a.seq - b.seq);
    const told = this.telling(truth);
    return told.map((message, index) => (this.asNumbered ? message : { ...message, seq: index + 1 }));
  }

  /** Pushes everything that is told and was not pushed yet. */
  push(emit: Emit = (name, body) => this.#mallory.sockets.emit(name, body)): void {
    for (const message of this.told) {
      if (this.#pushed.has(message.seq)) continue;
      this.#pushed.add(message.seq);
      emit('message:arrived', message);
    }
  }

  async #command(name: string, body: never, forward: (body: unknown) => Promise<unknown>): Promise<unknown> {
    if (name === 'conversation:list') {
      const answer = (await forward(body)) as { conversations?: { conversationId: string; lastSeq: number }[] };
      await this.#learn();
      for (const summary of answer.conversations ?? [])
        if (summary.conversationId === this.#conversationId) summary.lastSeq = this.#lastSeq;
      return answer;
    }
    if (name === 'message:send') return this.#send(body, forward);
    const { conversationId, from, limit } = body as SyncConversation;
    if (name !== 'conversation:sync' || conversationId !== this.#conversationId) return forward(body);
    const receipts = await this.#learn();
    const told = this.told;
    const messages =
      'afterSeq' in from
        ? told.filter(({ seq }) => seq > from.afterSeq).slice(0, limit)
        : told.filter(({ seq }) => seq < from.beforeSeq).slice(-limit);
    return { ok: true, messages, lastSeq: this.#lastSeq, receipts };
  }

  /** The reader's own message has the position that it has in the story. */
  async #send(body: never, forward: (body: unknown) => Promise<unknown>): Promise<unknown> {
    const answer = (await forward(body)) as { ok: boolean; seq: number; acceptedAtMs: number };
    const envelope = new Uint8Array((body as { envelope: Uint8Array }).envelope);
    if (!answer.ok || idToHex(readEnvelopeHeader(envelope).conversationId) !== this.#conversationId) return answer;
    this.#truth.set(answer.seq, { seq: answer.seq, acceptedAtMs: answer.acceptedAtMs, envelope });
    const place = this.told.find((message) => Buffer.from(message.envelope).equals(envelope));
    return place ? { ...answer, seq: place.seq } : answer;
  }

  #event(name: string, body: never, emit: Emit): void {
    const message = body as StoredMessage;
    const isOurs =
      name === 'message:arrived' &&
      idToHex(readEnvelopeHeader(message.envelope).conversationId) === this.#conversationId;
    if (!isOurs) {
      emit(name, body);
      return;
    }
    this.#truth.set(message.seq, { ...message, envelope: new Uint8Array(message.envelope) });
    this.push(emit);
  }

  /** Reads what there really is, in the reader's name. */
  async #learn(): Promise<unknown[]> {
    for (;;) {
      // Pushes that came while a connection was away are learnt here: from the first that is missing on.
      let afterSeq = 0;
      while (this.#truth.has(afterSeq + 1)) afterSeq++;
      const request = { conversationId: this.#conversationId, from: { afterSeq }, limit: LIMITS.syncPageMax };
      const page = (await this.#mallory.sockets.ask('conversation:sync', request)) as Page;
      if (!page.ok) return [];
      for (const message of page.messages)
        this.#truth.set(message.seq, { ...message, envelope: new Uint8Array(message.envelope) });
      if (page.messages.length === 0 || page.messages.at(-1)!.seq >= page.lastSeq) return page.receipts;
    }
  }

  get #lastSeq(): number {
    return this.told.at(-1)?.seq ?? 0;
  }
}
