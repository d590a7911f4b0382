import type { MessageView } from '@secureconnect/client/messenger';
import type { Device, GroupOfFive } from './group-of-five.js';
import { FORGED } from './two-by-two.js';

const WHOLE_THREAD = 2_000;

/** What a person sees of the group on a device. */
export interface GroupSeen {
  readonly device: Device;
  readonly texts: readonly string[];
  /** Those of the texts that have a place. */
  readonly placed: readonly string[];
  readonly marks: readonly string[];
  /** What cannot be verified, of whom: texts of somebody who is no longer a member may be the removed one's (PROTOCOL 5.13). */
  readonly unverifiable: readonly string[];
  readonly alarms: readonly string[];
  /** null: it knows of no group. */
  readonly group: { readonly code: string | null; readonly members: string; readonly forked: boolean } | null;
  /** Own texts on their way, by how they stand. */
  readonly waiting: readonly string[];
}

/** Those of the messages that are texts. */
export function textsIn(thread: readonly MessageView[]): string[] {
  return thread.flatMap(({ content }) => (content.kind === 'text' ? [content.body] : []));
}

export async function seeGroup({ groupId }: GroupOfFive, device: Device): Promise<GroupSeen> {
  const { messenger } = device.person;
  const [page, view] = [
    await messenger.messages(groupId, { beforeSeq: null, limit: WHOLE_THREAD }),
    await messenger.group(groupId),
  ];
  const thread: readonly MessageView[] = page.ok ? page.value.messages : [];
  const words = thread.map(({ content }) => (content.kind === 'text' ? content.body : `[${content.kind}]`));
  return {
    device,
    texts: textsIn(thread),
    placed: textsIn(thread.filter(({ seq }) => seq !== null)),
    marks: words.filter((word) => word.startsWith('[')),
    unverifiable: thread.flatMap(({ content, sender }) => (content.kind === 'unverifiable' ? [sender] : [])),
    // Each of them once: a device that tries again is told the same lie again.
    alarms: [...new Set([...device.alarmsBefore, ...device.person.alarms])],
    group: view.ok
      ? {
          code: view.value.epochCode,
          members: view.value.members.map(({ peer, role }) => `${peer.username} ${role}`).join(),
          forked: view.value.forked,
        }
      : null,
    waiting: thread.flatMap(({ outgoing, refusal, seq, state }) =>
      outgoing && seq === null ? [`${state} ${refusal ?? ''}`] : [],
    ),
  };
}

/** What must never be, whatever the server says: nothing is shown that nobody wrote, and nothing opens for who was no member when it was sealed. */
export function wrongInGroup(all: GroupOfFive, { device, texts }: GroupSeen): string[] {
  const name = `${device.user}'s device`;
  const wrong: string[] = [];
  if (texts.includes(FORGED)) wrong.push(`${name} shows what mallory made`);
  if (new Set(texts).size !== texts.length) wrong.push(`${name} shows a text twice`);
  const author = new Map(all.said.map(({ user, text }) => [text, user]));
  const readers = new Map(all.readable().map((one) => [one.text, one.readers]));
  for (const text of texts) {
    if (!author.has(text)) wrong.push(`${name} shows what nobody wrote: ${text}`);
    else if (author.get(text) !== device.user && readers.get(text)?.has(all.idOf(device.user)) !== true)
      wrong.push(`${name} shows ${text}, which was not sealed for ${device.user}`);
  }
  return wrong;
}

/** The texts of each device in the order in which it has written them. */
export function inWrittenOrder(
  { said }: GroupOfFive,
  { placed, device }: GroupSeen,
  byDevice: ReadonlyMap<string, number>,
): string[] {
  const place = new Map(said.map(({ text }, index) => [text, index]));
  const last = new Map<number, number>();
  return placed.flatMap((text) => {
    const author = byDevice.get(text);
    if (author === undefined) return [];
    const before = last.get(author) ?? -1;
    const at = place.get(text)!;
    last.set(author, at);
    return at < before ? [`${device.user}'s device shows ${text} in another place than written`] : [];
  });
}

/** The texts that are this user's to read, in the server's order. */
export function readableBy(all: GroupOfFive, userId: string): string[] {
  return all.readable().flatMap(({ readers, text }) => (readers.has(userId) ? [text] : []));
}

/** Once the server is honest: who was never lied to has exactly what there is; who was has it too, or sees that something is wrong. */
export function wrongInTheEnd(all: GroupOfFive, seen: GroupSeen): string[] {
  const { alarms, device, group, marks, placed, unverifiable, waiting } = seen;
  const name = `${device.user}'s device`;
  const readable = readableBy(all, all.idOf(device.user));
  const isComplete = [...placed].sort().join() === [...readable].sort().join();
  if (!device.deceived) {
    const lacks = readable.filter((text) => !placed.includes(text));
    const ofRemoved = unverifiable.filter((sender) => !all.state.members.has(sender)).length;
    const wrong: string[] = [];
    if (lacks.length !== ofRemoved || placed.length + lacks.length !== readable.length)
      wrong.push(`${name} was never lied to, and lacks ${lacks.join()} of ${readable.length}`);
    const signs = [...alarms, ...marks.slice(ofRemoved), ...(group?.forked === true ? ['a fork'] : [])];
    if (signs.length > 0) wrong.push(`${name} was never lied to, and sees ${signs.join()}`);
    if (all.isMember(device.user) && waiting.length > 0)
      wrong.push(`${name} was never lied to, and waits: ${waiting.join()}`);
    return wrong;
  }
  const isTold = alarms.length + marks.length > 0 || group?.forked === true || waiting.length > 0;
  return isComplete || isTold ? [] : [`${name} misses something in silence, in the end`];
}

/** Members who were never lied to see one group: the same people, the same code. */
export function disagreements(all: GroupOfFive, seen: readonly GroupSeen[]): string[] {
  const honest = seen.filter(({ device }) => !device.deceived && all.isMember(device.user));
  const views = new Set(honest.map(({ group }) => `${group?.code ?? 'none'} ${group?.members ?? 'none'}`));
  return views.size > 1 ? [`members who were never lied to see ${[...views].join(' and ')}`] : [];
}
