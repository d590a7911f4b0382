import { fromBase64Url } from '@secureconnect/contracts/encoding';
import type { MessageId } from '@secureconnect/contracts/ids';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { readPage, type Coverage } from '../sync/coverage.js';
import type { Opener } from '../sync/opener.js';
import { placeMessages, type Judged, type Placed } from '../sync/place.js';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { LogStore } from './log-store.js';
import type { ConversationRecord, MessageRecord, VerifiedRecord } from './records.js';
import type { Viewer } from './standing.js';
import { missingMarks, viewOf, type Positioned } from './views.js';

export type AskAfter = (
  afterSeq: number,
) => Promise<{ readonly messages: readonly StoredMessage[]; readonly lastSeq: number }>;

export interface Rebuilt {
  readonly before: ConversationRecord;
  readonly placed: Placed;
  /** Ids of views that are no more. */
  readonly gone: readonly MessageId[];
}

/**
 * Judges a conversation anew from its first odd place on (THREATS 46): with what the server gives now, where it can be asked and its
 * answer holds every verified message that is here; otherwise with what is here, for keys that were accepted meanwhile. A verified message is never
 * given up for an answer of the server. null: nothing is odd, or nothing came of it.
 */
export async function rebuild(
  store: LogStore,
  opener: Opener,
  viewer: Viewer,
  ask: AskAfter | null,
): Promise<Rebuilt | null> {
  for (;;) {
    const before = await store.conversation();
    if (before === null) return null;
    const record = before.value;
    const first = firstOdd(record);
    if (first === null) return null;
    const local = await store.messages(1, record.coverage.at(-1)?.[1] ?? 0);
    const given = ask && (await everythingFrom(first, ask, record.closed));
    const judged = given
      ? await judgeGiven(
          opener,
          record,
          local.filter(({ position }) => position >= first),
          given.messages,
        )
      : null;
    const base: ConversationRecord = {
      ...record,
      coverage: record.closed,
      chains: {},
      headsAt: {},
      odd: [],
      unreadAt: [],
      lastSeq: 0,
    };
    const kept = local.filter(({ position }) => judged === null || position < first);
    const again = [...(await judgeLocal(opener, record, kept)), ...(judged ?? [])];
    const passedOver = [
      ...kept.filter(({ record: { kind } }) => kind === 'passed-over').map(({ position }) => position),
      ...(judged && given ? given.absent : []),
    ];
    const built = placeMessages(base, again, passedOver, { places: new Map(), ids: new Map() }, viewer.selfId);
    const placed: Placed = {
      ...built,
      conversation: { ...built.conversation, lastSeq: Math.max(record.lastSeq, built.conversation.lastSeq) },
    };
    const removed = local.map(({ position }) => position).filter((position) => !placed.messages.has(position));
    const changes = changedOnly(placed, local);
    if (changes.messages.size === 0 && removed.length === 0) return null;
    if (!(await store.commit(before, changes, removed, false))) continue;
    const shown = new Set(
      idsOf(
        placed.conversation,
        [...placed.messages].map(([position, entry]) => ({ position, record: entry })),
        viewer,
      ),
    );
    const gone = idsOf(record, local, viewer).filter((id) => !shown.has(id));
    return { before: record, placed: changes, gone };
  }
}

/** Where looking again begins: the lowest position that is odd, or after which something is missing. */
function firstOdd(record: ConversationRecord): number | null {
  const gaps = missingMarks(record).map(({ seq }) => seq!);
  const lowest = Math.min(...record.odd, ...gaps);
  return Number.isFinite(lowest) ? lowest : null;
}

async function everythingFrom(first: number, ask: AskAfter, closed: Coverage) {
  const messages: StoredMessage[] = [];
  const absent: number[] = [];
  let after = first - 1;
  for (;;) {
    const answer = await ask(after);
    const page = readPage(
      { from: { afterSeq: after }, limit: LIMITS.syncPageMax },
      answer.messages.map(({ seq }) => seq),
      answer.lastSeq,
      closed,
    );
    if (page === null) return null;
    messages.push(...answer.messages);
    absent.push(...page.absent);
    if (page.to >= answer.lastSeq || page.to < page.from) return { messages, absent };
    after = page.to;
  }
}

/** Judges what the server gives now. null: it lacks a verified message that is here. */
async function judgeGiven(
  opener: Opener,
  record: ConversationRecord,
  local: readonly Positioned[],
  given: readonly StoredMessage[],
): Promise<Judged[] | null> {
  const byHash = new Map<string, VerifiedRecord>();
  for (const { record: entry } of local) if (entry.kind === 'message') byHash.set(entry.hash, entry);
  const judged = await opener.judge(record, given, async (hash) => {
    const known = byHash.get(hash);
    return known && { record: known, change: null };
  });
  for (const { record: entry } of judged) byHash.delete(entry.hash);
  return byHash.size === 0 ? judged : null;
}

/** Judges what is here: verified messages stay so, the others are opened again. */
async function judgeLocal(opener: Opener, record: ConversationRecord, local: readonly Positioned[]): Promise<Judged[]> {
  const byHash = new Map<string, MessageRecord>();
  for (const { record: entry } of local) if (entry.kind === 'message') byHash.set(entry.hash, entry);
  const judged: Judged[] = [];
  const closed: StoredMessage[] = [];
  for (const { position, record: entry } of local) {
    if (entry.kind === 'message') judged.push({ position, record: entry, change: null, envelope: '', opened: null });
    if (entry.kind === 'unverifiable') {
      closed.push({ seq: position, acceptedAtMs: entry.acceptedAtMs, envelope: fromBase64Url(entry.envelope) });
    }
    const original = entry.kind === 'replayed' ? byHash.get(entry.hash) : undefined;
    if (original?.kind === 'message')
      judged.push({ position, record: original, change: null, envelope: '', opened: null });
  }
  return [...judged, ...(await opener.judge(record, closed, async () => undefined))];
}

/** Only what differs from what is here needs to be written and told. */
function changedOnly(placed: Placed, local: readonly Positioned[]): Placed {
  const before = new Map(local.map(({ position, record }) => [position, JSON.stringify(record)]));
  const messages = new Map(
    [...placed.messages].filter(([position, record]) => before.get(position) !== JSON.stringify(record)),
  );
  return { ...placed, messages };
}

function idsOf(record: ConversationRecord, entries: readonly Positioned[], viewer: Viewer): MessageId[] {
  return entries.flatMap((entry) => viewOf(record, entry, viewer)?.messageId ?? []);
}
