import * as z from 'zod';
import { ConversationId, Seq, socketBytes } from './ids.js';
import { LIMITS } from './limits.js';
import { SocketRefusal } from './problem.js';

// Groups on the messaging socket (PROTOCOL 6). A group's id is its conversation's id. What is in the bytes: contracts/signed.

const EntryBytes = socketBytes(128, LIMITS.groupEntryMaxBytes);
const EpochBytes = socketBytes(128, LIMITS.groupEpochMaxBytes);

/**
 * Appends signed entries to a group's log: all or none, by the first entry's seq. A log that begins with `create` opens the group,
 * with the caller as its first member. Repeating the very same bytes is answered like the first time; another entry at the same
 * seq is `group-conflict`; a rule of PROTOCOL 6 that does not hold is `group-refused`.
 */
export const AppendToGroup = z.strictObject({
  groupId: ConversationId,
  entries: z.array(EntryBytes).min(1).max(LIMITS.groupEntriesPageMax),
});
export type AppendToGroup = z.infer<typeof AppendToGroup>;
export const AppendToGroupOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), lastSeq: Seq }),
  SocketRefusal,
]);
export type AppendToGroupOutcome = z.infer<typeof AppendToGroupOutcome>;

/**
 * Takes the next epoch: signed by a member's account, for the group's newest head, one wrap of 1,412 bytes for each member by rising
 * user id, laid end to end. Epoch n+1 is taken once (`group-conflict`); one for an older head is `epoch-stale`.
 */
export const RotateGroup = z.strictObject({
  groupId: ConversationId,
  epoch: EpochBytes,
  wraps: socketBytes(LIMITS.epochWrapBytes, LIMITS.epochWrapBytes * LIMITS.groupMembersMax),
});
export type RotateGroup = z.infer<typeof RotateGroup>;

/** Entries of a group's log after a position, by rising seq. Members only; who was removed still reads up to the own removal. */
export const ReadGroupLog = z.strictObject({
  groupId: ConversationId,
  afterSeq: Seq,
  limit: z.int().min(1).max(LIMITS.groupEntriesPageMax),
});
export type ReadGroupLog = z.infer<typeof ReadGroupLog>;
export const ReadGroupLogOutcome = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    entries: z.array(EntryBytes).max(LIMITS.groupEntriesPageMax),
    lastSeq: Seq,
    /** The newest epoch; 0 while there is none. */
    lastEpoch: Seq,
  }),
  SocketRefusal,
]);
export type ReadGroupLogOutcome = z.infer<typeof ReadGroupLogOutcome>;

/** One epoch: what was signed, the caller's own wrap and its Merkle proof. `not-a-member` where none was made for the caller. */
export const ReadGroupEpoch = z.strictObject({ groupId: ConversationId, epoch: Seq.min(1) });
export type ReadGroupEpoch = z.infer<typeof ReadGroupEpoch>;
export const ReadGroupEpochOutcome = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    epoch: EpochBytes,
    wrap: socketBytes(LIMITS.epochWrapBytes, LIMITS.epochWrapBytes),
    /** Position of the wrap among the leaves, and how many there are. */
    index: z
      .int()
      .min(0)
      .max(LIMITS.groupMembersMax - 1),
    size: z.int().min(1).max(LIMITS.groupMembersMax),
    /** Hashes from the leaf's neighbour up to below the root. */
    proof: z.array(socketBytes(32, 32)).max(8),
  }),
  SocketRefusal,
]);
export type ReadGroupEpochOutcome = z.infer<typeof ReadGroupEpochOutcome>;

/** Server to client: a group's log or epoch moved on; also to somebody who was just added or removed. */
export const GroupChanged = z.strictObject({ groupId: ConversationId, lastSeq: Seq, lastEpoch: Seq });
export type GroupChanged = z.infer<typeof GroupChanged>;
