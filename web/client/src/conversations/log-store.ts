import type { ConversationId, DeviceId, MessageId } from '@secureconnect/contracts/ids';
import type { Sealed, SealedCommit, SealedStore } from '../storage/sealed-store.js';
import { placeKey, type Judged, type Placed, type Taken } from '../sync/place.js';
import {
  completeRecord,
  type ConversationRecord,
  type LaneRecord,
  type MessageIdRow,
  type MessageRecord,
  type OutboxRow,
  type ReplayRow,
  type VerifiedRecord,
} from './records.js';
import { addChange, fold, NO_CHANGES, withoutContent, type ChangeRow } from './changes.js';
import { NO_HASH } from '../sync/chain.js';
import type { Positioned } from './views.js';

export const NEW_LANE: LaneRecord = {
  sealedSeq: 0,
  sealedHash: NO_HASH,
  storedSeq: 0,
  storedHash: NO_HASH,
  receiptSeq: 0,
  order: 0,
};

/** Reads and commits of one conversation's records. */
export class LogStore {
  readonly conversationId: ConversationId;
  readonly #store: SealedStore;
  readonly #deviceId: DeviceId;

  /** @param deviceId - this device: its own envelopes move its lane */
  constructor(store: SealedStore, conversationId: ConversationId, deviceId: DeviceId) {
    this.#store = store;
    this.conversationId = conversationId;
    this.#deviceId = deviceId;
  }

  async conversation(): Promise<Sealed<ConversationRecord> | null> {
    const found = await this.#store.get<ConversationRecord>('conversations', [this.conversationId]);
    return found === undefined ? null : { ...found, value: completeRecord(found.value) };
  }

  /** @throws RangeError where there is none */
  async need(): Promise<ConversationRecord> {
    const record = await this.conversation();
    if (record === null) throw new RangeError('no such conversation');
    return record.value;
  }

  async update(
    change: (record: ConversationRecord) => ConversationRecord | null,
  ): Promise<ConversationRecord | undefined> {
    return this.#store.update<ConversationRecord>('conversations', [this.conversationId], (record) =>
      record === undefined ? null : change(completeRecord(record)),
    );
  }

  async lane(): Promise<LaneRecord> {
    return (await this.#store.get<LaneRecord>('lanes', [this.conversationId]))?.value ?? NEW_LANE;
  }

  /** By rising position, `from`..`to`; with `limit` the highest of them. */
  async messages(from: number, to: number, limit?: number): Promise<Positioned[]> {
    if (from > to) return [];
    const found = await this.#store.range<MessageRecord>('messages', {
      prefix: [this.conversationId],
      from,
      to,
      reverse: true,
      ...(limit !== undefined && { limit }),
    });
    return found.reverse().map(({ key, value }) => ({ position: key[1] as number, record: value }));
  }

  async at(positions: readonly number[]): Promise<(MessageRecord | undefined)[]> {
    const found = await this.#store.getMany<MessageRecord>(
      'messages',
      positions.map((position) => [this.conversationId, position]),
    );
    return found.map((record) => record?.value);
  }

  /** In the order in which they were put there. */
  async outbox(): Promise<Sealed<OutboxRow>[]> {
    return this.#store.range<OutboxRow>('outbox', { prefix: [this.conversationId] });
  }

  /** Places of envelopes of one device, by senderSeq. */
  async place(device: string, senderSeq: number): Promise<ReplayRow | null> {
    return (await this.#store.get<ReplayRow>('replay', [this.conversationId, device, senderSeq]))?.value ?? null;
  }

  async places(device: string, from: number, to: number): Promise<ReplayRow[]> {
    const rows = await this.#store.range<ReplayRow>('replay', { prefix: [this.conversationId, device], from, to });
    return rows.map(({ value }) => value);
  }

  /** What was signed about these messages, by id. */
  async changesOf(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, ChangeRow>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#store.getMany<ChangeRow>(
      'changes',
      ids.map((messageId) => [this.conversationId, messageId]),
    );
    return new Map(rows.flatMap((row, index) => (row ? [[ids[index]!, row.value] as const] : [])));
  }

  /** Verified messages that are here, by id. */
  async byIds(
    ids: readonly MessageId[],
  ): Promise<ReadonlyMap<MessageId, VerifiedRecord & { readonly position: number }>> {
    const rows = await this.#store.getMany<MessageIdRow>(
      'replay',
      ids.map((messageId) => [this.conversationId, 'id', messageId]),
    );
    const positions = rows.map((row) => row?.value.position ?? 0);
    const records = await this.at(positions);
    return new Map(
      records.flatMap((record, index) =>
        record?.kind === 'message' ? [[ids[index]!, { ...record, position: positions[index]! }] as const] : [],
      ),
    );
  }

  /** What is taken of the places and ids that these messages claim. */
  async taken(judged: readonly Judged[]): Promise<Taken> {
    const verified = judged.flatMap(({ record }) => (record.kind === 'message' ? [record] : []));
    const [places, ids] = await Promise.all([
      this.#store.getMany<ReplayRow>(
        'replay',
        verified.map(({ device, senderSeq }) => [this.conversationId, device, senderSeq]),
      ),
      this.#store.getMany<MessageIdRow>(
        'replay',
        verified.map(({ messageId }) => [this.conversationId, 'id', messageId]),
      ),
    ]);
    return {
      places: new Map(
        verified.flatMap(({ device, senderSeq }, index) => {
          const row = places[index];
          return row ? [[placeKey(device, senderSeq), row.value] as const] : [];
        }),
      ),
      ids: new Map(
        verified.flatMap(({ messageId }, index) => {
          const row = ids[index];
          return row ? [[messageId, row.value] as const] : [];
        }),
      ),
    };
  }

  /**
   * Commits what was placed, in one transaction: records, the replay store, this device's lane, and the outbox without what has
   * arrived. False: somebody else was faster; nothing was changed.
   * @param removed - positions whose records go
   * @param fresh - the places must not have been taken meanwhile (all but a rebuild)
   */
  async commit(
    before: Sealed<ConversationRecord>,
    placed: Placed,
    removed: readonly number[],
    fresh: boolean,
  ): Promise<boolean> {
    const id = this.conversationId;
    const replayKeys = [
      ...[...placed.places].map(([key, row]) => ({ key: [id, ...splitPlace(key)], row })),
      ...[...placed.ids].map(([messageId, row]) => ({ key: [id, 'id', messageId], row })),
    ];
    const arrivedIds = new Set(placed.ids.keys());
    const outbox = (await this.outbox()).filter(({ value }) => arrivedIds.has(value.messageId));
    const laneBefore = await this.#store.get<LaneRecord>('lanes', [id]);
    const { rows, scrubbed } = await this.#change(placed);
    const lane = advanceLane(laneBefore?.value ?? NEW_LANE, placed, this.#deviceId);
    const commit: SealedCommit = {
      expect: [
        { table: 'conversations', key: [id], revision: before.revision },
        ...(lane ? [{ table: 'lanes' as const, key: [id], revision: laneBefore?.revision ?? 0 }] : []),
        ...(fresh && placed.replays === 0
          ? replayKeys.map(({ key }) => ({ table: 'replay' as const, key, revision: 0 }))
          : []),
      ],
      remove: [
        ...removed.map((position) => ({ table: 'messages' as const, key: [id, position] })),
        ...outbox.map(({ key }) => ({ table: 'outbox' as const, key })),
      ],
      put: [
        { table: 'conversations', key: [id], value: placed.conversation },
        ...[...placed.messages, ...scrubbed].map(([position, value]) => ({
          table: 'messages' as const,
          key: [id, position],
          value,
        })),
        ...replayKeys.map(({ key, row }) => ({ table: 'replay' as const, key, value: row })),
        ...[...rows].map(([messageId, value]) => ({ table: 'changes' as const, key: [id, messageId], value })),
        ...(lane ? [{ table: 'lanes' as const, key: [id], value: lane }] : []),
      ],
    };
    return this.#store.commit(commit);
  }

  /**
   * What was signed about other messages, folded into their rows; and what of texts that their authors have taken back must go from the disk. Whoever
   * commits it expects the conversation's revision, so that no change is lost.
   */
  async #change(placed: Placed): Promise<{
    readonly rows: ReadonlyMap<MessageId, ChangeRow>;
    readonly scrubbed: ReadonlyMap<number, VerifiedRecord>;
  }> {
    const here = new Map<MessageId, VerifiedRecord & { readonly position: number }>();
    for (const [position, record] of placed.messages) {
      if (record.kind === 'message' && record.content.kind === 'text')
        here.set(record.messageId, { ...record, position });
    }
    const targets = [...new Set(placed.changes.map(({ change }) => change.target.messageId))];
    const before = await this.changesOf([...new Set([...targets, ...here.keys()])]);
    const elsewhere = await this.byIds(targets.filter((messageId) => !here.has(messageId)));
    const rows = new Map<MessageId, ChangeRow>();
    for (const { change, by } of placed.changes) {
      const { messageId } = change.target;
      rows.set(messageId, addChange(rows.get(messageId) ?? before.get(messageId) ?? NO_CHANGES, change, by));
    }
    const scrubbed = new Map<number, VerifiedRecord>();
    for (const [messageId, { position, ...record }] of [...here, ...elsewhere]) {
      const row = rows.get(messageId) ?? before.get(messageId);
      if (row === undefined || !fold(row, record).isDeleted) continue;
      rows.set(messageId, withoutContent(row));
      scrubbed.set(position, { ...record, content: { kind: 'deleted' } });
    }
    return { rows, scrubbed };
  }
}

/** The lane after own envelopes have arrived; null where it stands as it stood. */
function advanceLane(lane: LaneRecord, placed: Placed, deviceId: DeviceId): LaneRecord | null {
  let { storedSeq, storedHash } = lane;
  for (const record of placed.messages.values()) {
    if (record.kind === 'message' && record.device === deviceId && record.senderSeq > storedSeq) {
      storedSeq = record.senderSeq;
      storedHash = record.hash;
    }
  }
  if (storedSeq === lane.storedSeq) return null;
  const sealed = storedSeq > lane.sealedSeq ? { sealedSeq: storedSeq, sealedHash: storedHash } : {};
  return { ...lane, storedSeq, storedHash, ...sealed };
}

function splitPlace(key: string): [string, number] {
  const [device, senderSeq] = key.split(' ') as [string, string];
  return [device, Number(senderSeq)];
}
