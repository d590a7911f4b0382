import { OpenConversationOutcome } from '@secureconnect/contracts/messaging';
import { LIMITS } from '@secureconnect/contracts/limits';
import { asBytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { BODY } from '../ours/chains.js';
import { MESSAGING_PATH, type Surroundings } from '../ours/ours.js';
import type { Person } from '../ours/people.js';
import { Caller, type Outcome } from '../wire/caller.js';
import { measureOf, type Measure } from './measure.js';

/** What fills a screen, and a bit. */
const FIRST_PAGE = 50;
const FIRST_PAGE_MARK_MS = 100;
const ALL_MARK_MS = 5_000;
/** Messages under way while the conversation is filled. */
const WINDOW = 200;

export interface SyncPlan {
  readonly messages: number;
  /** How often the first screen and the whole conversation are read. */
  readonly firstScreens: number;
  readonly wholes: number;
}

/** A device comes with nothing, and reads a long conversation: the newest page, and then everything. */
export async function measureSync(around: Surroundings, plan: SyncPlan): Promise<Measure[]> {
  // Neighbours are pairs, and have a conversation of their own.
  const [alice, , bob] = await around.people.first(3);
  around.print(`a conversation of ${plan.messages} messages`);
  const sender = await Caller.connect(await around.seatOf(alice!, 0), MESSAGING_PATH);
  const opened = OpenConversationOutcome.parse(await sender.mustDo('conversation:open', { peerUserId: bob!.userId }));
  if (!opened.ok) throw new Error('the conversation was not opened');
  const { conversationId } = opened.conversation;
  await fill(around.p, sender, alice!, bob!, plan.messages);
  sender.close();
  const reader = await Caller.connect(await around.seatOf(bob!, 1), MESSAGING_PATH);
  const firstScreens: number[] = [];
  for (let round = 0; round < plan.firstScreens; round++) {
    const fromMs = performance.now();
    await pageOf(reader, conversationId, { beforeSeq: Number.MAX_SAFE_INTEGER }, FIRST_PAGE);
    firstScreens.push(performance.now() - fromMs);
  }
  const wholes: number[] = [];
  const faults: string[] = [];
  for (let round = 0; round < plan.wholes; round++) {
    const fromMs = performance.now();
    const missing = await readAll(reader, conversationId);
    wholes.push(performance.now() - fromMs);
    if (missing > 0) faults.push(`${missing} missing`);
  }
  reader.close();
  return [
    measureOf({ what: `newest ${FIRST_PAGE} of ${plan.messages}`, times: firstScreens, markMs: FIRST_PAGE_MARK_MS }),
    measureOf({ what: `all of ${plan.messages}, page by page`, times: wholes, markMs: ALL_MARK_MS, faults }),
  ];
}

interface Page {
  readonly seqs: readonly number[];
  readonly lastSeq: number;
}

async function pageOf(caller: Caller, conversationId: string, from: object, limit: number): Promise<Page> {
  const outcome = await caller.mustDo('conversation:sync', { conversationId, from, limit });
  const { messages, lastSeq } = outcome as Outcome & { messages: { seq: number }[]; lastSeq: number };
  return { seqs: messages.map(({ seq }) => seq), lastSeq };
}

/** @returns how many positions were not given in their order */
async function readAll(caller: Caller, conversationId: string): Promise<number> {
  let next = 1;
  let missing = 0;
  for (;;) {
    const { seqs, lastSeq } = await pageOf(caller, conversationId, { afterSeq: next - 1 }, LIMITS.syncPageMax);
    for (const seq of seqs) {
      missing += Math.abs(seq - next);
      next = seq + 1;
    }
    if (next > lastSeq) return missing;
    if (seqs.length === 0) return missing + lastSeq - next + 1;
  }
}

/** The conversation's first messages, sealed one after the other and sent as they are ready. */
async function fill(p: Primitives, caller: Caller, from: Person, to: Person, count: number): Promise<void> {
  let previousHash = new Uint8Array(32) as Bytes32;
  const underWay: Promise<Outcome>[] = [];
  for (let senderSeq = 1; senderSeq <= count; senderSeq++) {
    const { bytes, hash } = await sealEnvelope(p, {
      sender: from.device,
      recipients: [from.recipient, to.recipient],
      messageId: asBytes16(p.randomBytes(16)),
      senderSeq,
      previousHash,
      sentAtMs: Date.now(),
      inner: { t: 'text', body: BODY },
    });
    previousHash = hash;
    underWay.push(caller.mustDo('message:send', { envelope: bytes }));
    if (underWay.length >= WINDOW) await underWay.shift();
  }
  await Promise.all(underWay);
}
