import type { ReadGroupEpoch, ReadGroupLog, ReadGroupLogOutcome, RotateGroup } from '@secureconnect/contracts/groups';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { StoredMessage, SyncConversation, SyncConversationOutcome } from '@secureconnect/contracts/messaging';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { type CommittedEpoch, epochFor } from '../src/mallory/group-story.js';
import type { Mallory } from '../src/mallory/mallory.js';
import type { Emit } from '../src/mallory/tamper.js';

type Forward = (body: unknown) => Promise<unknown>;
type Log = Extract<ReadGroupLogOutcome, { ok: true }>;

/** What one device is told of the group beside the truth: of its messages, its log and its epochs. Positions are those of the truth. */
export class GroupLies {
  readonly dropped = new Set<number>();
  /** Each with the one after it. */
  readonly swapped = new Set<number>();
  readonly repeated = new Set<number>();
  /** Where mallory's envelope stands in the place of the real one. */
  readonly forged = new Set<number>();
  /** Everything after this position is kept back. */
  heldAfter: number | null = null;
  /** The log ends here: what came later, such as a removal, is hidden. */
  logUpTo: number | null = null;
  /** An entry of mallory's at the end of the log. */
  ghost: Bytes | null = null;
  /** The newest epoch is not told of. */
  staleEpoch = false;
  /** An epoch of mallory's after the newest. */
  planted: (CommittedEpoch & { readonly number: number }) | null = null;
  /** A group of its own: whatever the device does to it from here on, it does to this one. */
  fork: { readonly entries: Bytes[]; readonly epochs: Map<number, CommittedEpoch>; lastEpoch: number } | null = null;
  readonly #envelope: Uint8Array;

  constructor(envelope: Uint8Array) {
    this.#envelope = envelope;
  }

  end(): void {
    for (const lies of [this.dropped, this.swapped, this.repeated, this.forged]) lies.clear();
    this.heldAfter = null;
    this.logUpTo = null;
    this.ghost = null;
    this.staleEpoch = false;
    this.planted = null;
    this.fork = null;
  }

  /** The message as it is told; null where it is not. */
  told(message: StoredMessage, at: (seq: number) => StoredMessage | undefined): StoredMessage | null {
    const { seq } = message;
    if (this.dropped.has(seq) || (this.heldAfter !== null && seq > this.heldAfter)) return null;
    if (this.forged.has(seq)) return { ...message, envelope: new Uint8Array(this.#envelope) };
    const other = this.swapped.has(seq) ? at(seq + 1) : this.swapped.has(seq - 1) ? at(seq - 1) : undefined;
    return other === undefined ? message : { ...message, envelope: other.envelope };
  }

  log(real: Log): Pick<Log, 'entries' | 'lastEpoch'> {
    if (this.fork !== null) return { entries: this.fork.entries, lastEpoch: this.fork.lastEpoch };
    const entries = real.entries.map((bytes) => new Uint8Array(bytes)).slice(0, this.logUpTo ?? undefined);
    if (this.ghost !== null && this.logUpTo === null) entries.push(this.ghost);
    const lastEpoch = this.planted?.number ?? Math.max(0, real.lastEpoch - (this.staleEpoch ? 1 : 0));
    return { entries, lastEpoch };
  }
}

/** A delivery service between one device and the truth, for one group. */
export class LyingDelivery {
  readonly lies: GroupLies;
  /** Every epoch that the device has made, whether it was taken or not. */
  readonly committed: CommittedEpoch[] = [];
  readonly #groupId: string;
  readonly #truth: () => readonly StoredMessage[];
  readonly #readerId: string;

  constructor(
    mallory: Mallory,
    about: { readonly groupId: string; readonly readerId: string; readonly envelope: Uint8Array },
    truth: () => readonly StoredMessage[],
  ) {
    this.lies = new GroupLies(about.envelope);
    this.#groupId = about.groupId;
    this.#readerId = about.readerId;
    this.#truth = truth;
    mallory.tamper = {
      ...mallory.tamper,
      command: (name, body, forward) => this.#command(name, body, forward),
      event: (name, body, emit) => this.#event(name, body, emit),
    };
  }

  /** From here on the device has a group of its own, which goes on from how the real one is now. */
  fork(entries: readonly Uint8Array[], lastEpoch: number): void {
    this.lies.fork = { entries: entries.map((bytes) => new Uint8Array(bytes)), epochs: new Map(), lastEpoch };
  }

  #at(seq: number): StoredMessage | undefined {
    return this.#truth()[seq - 1];
  }

  async #command(name: string, body: never, forward: Forward): Promise<unknown> {
    if (name === 'message:send') return this.#send(body, forward);
    const { conversationId, groupId } = body as { conversationId?: string; groupId?: string };
    if (name === 'conversation:sync' && conversationId === this.#groupId) return this.#sync(body, forward);
    if (groupId !== this.#groupId) return forward(body);
    if (name === 'group:log') return this.#log(body, forward);
    if (name === 'group:epoch') return this.#epoch(body, forward);
    const { fork } = this.lies;
    if (name === 'group:rotate') return this.#rotate(body, forward);
    if (fork === null || name !== 'group:append') return forward(body);
    fork.entries.push(...(body as { entries: Uint8Array[] }).entries.map((bytes) => new Uint8Array(bytes)));
    return { ok: true, lastSeq: fork.entries.length };
  }

  async #rotate({ epoch, groupId, wraps }: RotateGroup, forward: Forward): Promise<unknown> {
    const committed = { epoch: new Uint8Array(epoch), wraps: new Uint8Array(wraps) };
    this.committed.push(committed);
    const { fork } = this.lies;
    if (fork === null) return forward({ groupId, ...committed });
    fork.epochs.set(++fork.lastEpoch, committed);
    return { ok: true };
  }

  async #send(body: { envelope: Uint8Array }, forward: Forward): Promise<unknown> {
    const { epoch, conversationId } = readEnvelopeHeader(new Uint8Array(body.envelope));
    const { fork } = this.lies;
    // Nobody else has the epoch that it is sealed under.
    const isOfFork = idToHex(conversationId) === this.#groupId && fork?.epochs.has(epoch) === true;
    return isOfFork ? { ok: false, code: 'unavailable' } : forward(body);
  }

  async #sync(body: SyncConversation, forward: Forward): Promise<unknown> {
    const answer = (await forward(body)) as SyncConversationOutcome;
    if (!answer.ok) return answer;
    const { heldAfter } = this.lies;
    const messages = answer.messages.flatMap((message) => this.lies.told(message, (seq) => this.#at(seq)) ?? []);
    return { ...answer, messages, lastSeq: Math.min(answer.lastSeq, heldAfter ?? answer.lastSeq) };
  }

  async #log({ afterSeq, limit, groupId }: ReadGroupLog, forward: Forward): Promise<unknown> {
    const real = (await forward({ groupId, afterSeq: 0, limit: LIMITS.groupEntriesPageMax })) as ReadGroupLogOutcome;
    if (!real.ok) return real;
    const { entries, lastEpoch } = this.lies.log(real);
    return { ok: true, entries: entries.slice(afterSeq, afterSeq + limit), lastSeq: entries.length, lastEpoch };
  }

  async #epoch(body: ReadGroupEpoch, forward: Forward): Promise<unknown> {
    const { fork, planted } = this.lies;
    const committed = fork?.epochs.get(body.epoch) ?? (planted?.number === body.epoch ? planted : undefined);
    return committed === undefined ? forward(body) : epochFor(this.#readerId, committed);
  }

  #event(name: string, body: never, emit: Emit): void {
    const message = body as StoredMessage;
    const isOurs =
      name === 'message:arrived' &&
      idToHex(readEnvelopeHeader(new Uint8Array(message.envelope)).conversationId) === this.#groupId;
    const told = isOurs ? this.lies.told(message, (seq) => this.#at(seq)) : message;
    if (told === null) return;
    emit(name, told);
    if (isOurs && this.lies.repeated.has(message.seq)) emit(name, told);
  }
}
