import type { DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { ReactionView } from '../views.js';

/** Another message of the conversation, as whoever names it had it: its id, and the first half of its hash in hex (PROTOCOL 5.9). */
export interface RecordReference {
  readonly messageId: MessageId;
  readonly hash: string;
}

/** What a message does to another one. `symbol` empty: takes the sender's reaction back. */
export type Change =
  | { readonly kind: 'edit'; readonly target: RecordReference; readonly body: string }
  | { readonly kind: 'delete'; readonly target: RecordReference }
  | { readonly kind: 'reaction'; readonly target: RecordReference; readonly symbol: string };

/** Who changed, and when: of two changes of one kind by one user the later one counts, in the same order on every device. */
export interface Stamp {
  readonly sender: UserId;
  readonly device: DeviceId;
  readonly senderSeq: number;
  readonly sentAtMs: number;
}

type Signed<T> = Omit<T, 'kind' | 'target'> & Omit<Stamp, 'sender'> & { readonly hash: string };
type ByUser<T> = Readonly<Record<string, T>>;

/**
 * Table `changes`, key [conversationId, messageId]: everything that members have signed about a message, whether it is here or not. For each
 * user the newest of each kind: the same whatever comes first, and however often (a join semilattice).
 */
export interface ChangeRow {
  readonly edits: ByUser<Signed<{ readonly body: string }>>;
  readonly deletes: ByUser<Signed<object>>;
  readonly reactions: ByUser<Signed<{ readonly symbol: string }>>;
}

export const NO_CHANGES: ChangeRow = { edits: {}, deletes: {}, reactions: {} };

/** Symbols of a reaction, in UTF-16 units; a longer one is not shown. */
export const SYMBOL_MAX_LENGTH = 8;

function isLater(a: Omit<Stamp, 'sender'>, b: Omit<Stamp, 'sender'>): boolean {
  if (a.sentAtMs !== b.sentAtMs) return a.sentAtMs > b.sentAtMs;
  return a.device === b.device ? a.senderSeq > b.senderSeq : a.device > b.device;
}

function newest<T extends Omit<Stamp, 'sender'>>(held: ByUser<T>, user: UserId, entry: T): ByUser<T> {
  const before = held[user];
  return before !== undefined && !isLater(entry, before) ? held : { ...held, [user]: entry };
}

/** The row with one more change. */
export function addChange(row: ChangeRow, change: Change, { sender, ...stamp }: Stamp): ChangeRow {
  const at = { ...stamp, hash: change.target.hash };
  switch (change.kind) {
    case 'edit':
      return { ...row, edits: newest(row.edits, sender, { ...at, body: change.body }) };
    case 'delete':
      return { ...row, deletes: newest(row.deletes, sender, at) };
    case 'reaction':
      return { ...row, reactions: newest(row.reactions, sender, { ...at, symbol: change.symbol }) };
  }
}

/** What a message has come to. */
export interface Folded {
  readonly isDeleted: boolean;
  /** null: never edited. */
  readonly edit: { readonly body: string; readonly sentAtMs: number } | null;
  readonly reactions: readonly ReactionView[];
}

/** Whether a reference means the envelope of this hash (hex). */
export function means({ hash }: { readonly hash: string }, envelopeHash: string): boolean {
  return hash === envelopeHash.slice(0, 32);
}

/** Only the author edits and deletes, and every change must mean this very envelope (THREATS 54, 55). */
export function fold(row: ChangeRow, target: { readonly sender: UserId; readonly hash: string }): Folded {
  const deleted = row.deletes[target.sender];
  const isDeleted = deleted !== undefined && means(deleted, target.hash);
  const edit = row.edits[target.sender];
  const reactions = new Map<string, UserId[]>();
  const inOrder = Object.entries(row.reactions).sort(([, a], [, b]) => (isLater(a, b) ? 1 : -1));
  for (const [user, reaction] of isDeleted ? [] : inOrder) {
    const { symbol } = reaction;
    if (symbol === '' || symbol.length > SYMBOL_MAX_LENGTH || !means(reaction, target.hash)) continue;
    const senders = reactions.get(symbol);
    if (senders) senders.push(user as UserId);
    else reactions.set(symbol, [user as UserId]);
  }
  return {
    isDeleted,
    edit: edit !== undefined && !isDeleted && means(edit, target.hash) ? edit : null,
    reactions: [...reactions].map(([symbol, senders]) => ({ symbol, senders })),
  };
}

/** A time that is later than everything that was said of a message, for what is to count from now on. */
export function laterThan({ edits, deletes, reactions }: ChangeRow, nowMs: number): number {
  const stamps = [edits, deletes, reactions].flatMap((byUser) => Object.values<Omit<Stamp, 'sender'>>(byUser));
  return Math.max(nowMs, ...stamps.map(({ sentAtMs }) => sentAtMs + 1));
}

/** What is left of a row when its message is gone for good: that it is. */
export function withoutContent({ deletes }: ChangeRow): ChangeRow {
  return { ...NO_CHANGES, deletes };
}
