import type { Device, TwoByTwo } from './two-by-two.js';
import { FORGED } from './two-by-two.js';

/** What a person sees on a device: the texts, the marks between them, the alarms. */
export interface Seen {
  readonly device: Device;
  readonly words: readonly string[];
  readonly texts: readonly string[];
  /** Those of the texts that have a place: own ones still on their way stand at the end. */
  readonly placed: readonly string[];
  readonly marks: readonly string[];
  readonly alarms: readonly string[];
  /** Own texts of which the peer has signed that they arrived. */
  readonly delivered: ReadonlySet<string>;
}

export async function see(device: Device): Promise<Seen> {
  const { person, peer, alarmsBefore } = device;
  const thread = await person.thread(peer);
  const words = thread.map(({ content }) => (content.kind === 'text' ? content.body : `[${content.kind}]`));
  return {
    device,
    words,
    texts: words.filter((word) => !word.startsWith('[')),
    placed: thread.flatMap(({ content, seq }) => (content.kind === 'text' && seq !== null ? [content.body] : [])),
    marks: words.filter((word) => word.startsWith('[')),
    alarms: [...alarmsBefore, ...person.alarms],
    delivered: new Set(
      thread.flatMap(({ content, state }) => (state === 'delivered' && content.kind === 'text' ? [content.body] : [])),
    ),
  };
}

/** What must never be, whatever the server says. */
export function wrongAnyway({ said }: TwoByTwo, { device, texts }: Seen): string[] {
  const wrong: string[] = [];
  const name = `${device.user}'s device`;
  if (texts.includes(FORGED)) wrong.push(`${name} shows what mallory made`);
  if (new Set(texts).size !== texts.length) wrong.push(`${name} shows a text twice`);
  const author = new Map(said.map(({ user, text }) => [text, user]));
  for (const text of texts) if (!author.has(text)) wrong.push(`${name} shows what nobody wrote: ${text}`);
  return wrong;
}

/** Texts that a device does not show, and of which nobody can see that something is amiss. */
export function unseenLoss(all: TwoByTwo, seen: readonly Seen[], own: Seen): string[] {
  const { device, marks, alarms, texts } = own;
  if (marks.length > 0 || alarms.length > 0) return [];
  const shown = new Set(texts);
  const sister = seen.find((other) => other !== own && other.device.user === device.user)!;
  return all.said
    .filter(({ text }) => !shown.has(text))
    .filter(({ user, text }) => {
      if (sister.texts.includes(text)) return false;
      const authors = seen.filter((other) => other.device.user === user);
      return user !== device.user && authors.some(({ delivered }) => delivered.has(text));
    })
    .map(({ text }) => `${device.user}'s devices miss ${text} in silence, and it counts as delivered`);
}

/** The texts of each author in the order of one device, which is the order in which they were signed. */
export function inOrder({ said }: TwoByTwo, { placed, device }: Seen, byDevice: ReadonlyMap<string, number>): string[] {
  const place = new Map(said.map(({ text }, index) => [text, index]));
  const last = new Map<number, number>();
  const wrong: string[] = [];
  for (const text of placed) {
    const author = byDevice.get(text);
    if (author === undefined) continue;
    const at = place.get(text)!;
    if (at < (last.get(author) ?? -1)) wrong.push(`${device.user}'s device shows ${text} in another place than signed`);
    last.set(author, at);
  }
  return wrong;
}

/** Once the server is honest: nothing is left to see but what it has, or else a sign that something was wrong. */
export function wrongAfterwards(stored: readonly string[], { device, placed, marks, alarms }: Seen): string[] {
  const name = `${device.user}'s device`;
  const isComplete = [...placed].sort().join() === [...stored].sort().join();
  if (!device.deceived) {
    if (alarms.length + marks.length > 0)
      return [`${name} was never lied to, and sees ${[...alarms, ...marks].join()}`];
    return isComplete ? [] : [`${name} was never lied to, and has ${placed.length} of ${stored.length}`];
  }
  return isComplete || alarms.length + marks.length > 0 ? [] : [`${name} misses something in silence, in the end`];
}
