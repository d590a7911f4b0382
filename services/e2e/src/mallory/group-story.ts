import { createHash } from 'node:crypto';
import type { ReadGroupEpoch, ReadGroupLog, ReadGroupLogOutcome, RotateGroup } from '@secureconnect/contracts/groups';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { readEpochWraps } from '@secureconnect/contracts/signed/group-epoch';
import { growTree, hashedWith, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Mallory } from './mallory.js';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()) as Bytes32;

/** Turns what a group's log really holds into what one reader is told. */
export type LogTelling = (entries: readonly Uint8Array[]) => readonly Uint8Array[];

/** An epoch as its committer hands it in. */
export type CommittedEpoch = Pick<RotateGroup, 'epoch' | 'wraps'>;

/**
 * A server that tells one reader its own story of a group: another log, other epochs. What the reader then writes into that story stays in it: the
 * real group learns nothing of it.
 */
export class GroupStory {
  readonly groupId: string;
  telling: LogTelling = (entries) => entries;
  /** Epochs of this story beside the real ones, by number: mallory's, and those that the reader made in it. */
  readonly epochs = new Map<number, CommittedEpoch>();
  /** Envelopes that the reader has sealed for the story's group. */
  readonly sent: Uint8Array[] = [];
  readonly #mallory: Mallory;
  readonly #readerId: string;
  #newestEpoch = 0;

  constructor(mallory: Mallory, readerId: string, groupId: string) {
    this.#mallory = mallory;
    this.#readerId = readerId;
    this.groupId = groupId;
    mallory.tamper = {
      ...mallory.tamper,
      command: (name, body, forward) => this.#command(name, body, forward),
    };
  }

  /** The number of the newest epoch that is told of, whatever the real one is. */
  tellEpochsUpTo(number: number): void {
    this.#newestEpoch = number;
  }

  /** What the reader's log really is, in the reader's name. */
  async entries(): Promise<Uint8Array[]> {
    const { groupId } = this;
    const ask = { groupId, afterSeq: 0, limit: LIMITS.groupEntriesPageMax } as ReadGroupLog;
    const log = (await this.#mallory.sockets.ask('group:log', ask)) as ReadGroupLogOutcome;
    return log.ok ? log.entries.map((bytes) => new Uint8Array(bytes)) : [];
  }

  /** Tells the reader that the group has moved on. */
  async moves(): Promise<void> {
    const lastSeq = this.telling(await this.entries()).length;
    this.#mallory.sockets.emit('group:changed', { groupId: this.groupId, lastSeq, lastEpoch: this.#newestEpoch });
  }

  async #command(name: string, body: never, forward: (body: unknown) => Promise<unknown>): Promise<unknown> {
    if (name === 'message:send') return this.#send(body, forward);
    if ((body as { groupId?: string } | undefined)?.groupId !== this.groupId) return forward(body);
    if (name === 'group:log') return this.#log(body, forward);
    if (name === 'group:epoch') return this.#epoch(body) ?? forward(body);
    return name === 'group:rotate' ? this.#rotate(body) : forward(body);
  }

  async #log({ afterSeq, limit }: ReadGroupLog, forward: (body: unknown) => Promise<unknown>): Promise<unknown> {
    const { groupId } = this;
    const all = { groupId, afterSeq: 0, limit: LIMITS.groupEntriesPageMax };
    const real = (await forward(all)) as ReadGroupLogOutcome;
    const told = this.telling(real.ok ? real.entries.map((bytes) => new Uint8Array(bytes)) : []);
    const entries = told.slice(afterSeq, afterSeq + limit);
    return { ok: true, entries, lastSeq: told.length, lastEpoch: this.#newestEpoch };
  }

  #epoch({ epoch: number }: ReadGroupEpoch): unknown {
    const committed = this.epochs.get(number);
    return committed && epochFor(this.#readerId, committed);
  }

  #rotate({ epoch, wraps }: RotateGroup): unknown {
    this.#newestEpoch++;
    this.epochs.set(this.#newestEpoch, { epoch: new Uint8Array(epoch), wraps: new Uint8Array(wraps) });
    return { ok: true };
  }

  #send({ envelope }: { envelope: Uint8Array }, forward: (body: unknown) => Promise<unknown>): unknown {
    const bytes = new Uint8Array(envelope);
    const { conversationId, messageId } = readEnvelopeHeader(bytes);
    if (idToHex(conversationId) !== this.groupId) return forward({ envelope });
    this.sent.push(bytes);
    const seq = 1_000 + this.sent.length;
    return { ok: true, messageId: idToHex(messageId), seq, acceptedAtMs: Date.now(), available: null };
  }
}

/** What a server answers that has this epoch, to one of its readers. */
export function epochFor(readerId: string, { epoch, wraps: all }: CommittedEpoch): object {
  const wraps = readEpochWraps(new Uint8Array(all));
  const index = wraps.findIndex(({ userId }) => idToHex(userId) === readerId);
  if (index < 0) return { ok: false, code: 'not-a-member' };
  const tree = hashedWith(growTree(wraps.map(({ bytes }) => bytes)), sha256);
  const proof = treePath(tree, index);
  return { ok: true, epoch, wrap: wraps[index]!.bytes, index, size: wraps.length, proof };
}

/** What mallory has of a group where one of its members works for her, or where she stands before its owner: all that a server stores. */
export class GroupHand {
  readonly epochs: CommittedEpoch[] = [];
  readonly envelopes: Uint8Array[] = [];

  constructor(mallory: Mallory) {
    mallory.tamper = {
      ...mallory.tamper,
      command: (name, body: RotateGroup & { envelope: Uint8Array }, forward) => {
        if (name === 'group:rotate')
          this.epochs.push({ epoch: new Uint8Array(body.epoch), wraps: new Uint8Array(body.wraps) });
        if (name === 'message:send') this.envelopes.push(new Uint8Array(body.envelope));
        return forward(body);
      },
    };
  }
}
