import type { GroupEventView, MessageView } from '../../keyring/views';

/**
 * Where events stand among messages: by index of the message that follows, and under the number of messages those behind the last one.
 * What is not sent yet stands behind everything that has happened.
 */
export function eventsBefore(
  events: readonly GroupEventView[],
  messages: readonly MessageView[],
): readonly (readonly GroupEventView[] | undefined)[] {
  const placed: GroupEventView[][] = [];
  if (events.length === 0) return placed;
  const unsent = messages.findIndex(({ seq }) => seq === null);
  const end = unsent === -1 ? messages.length : unsent;
  let index = 0;
  for (const event of events) {
    const { beforeSeq } = event;
    while (index < end && (beforeSeq === null || (messages[index]?.seq ?? 0) < beforeSeq)) index++;
    (placed[index] ??= []).push(event);
  }
  return placed;
}

type Gathered = readonly [GroupEventView, ...GroupEventView[]];

/** People whom somebody added one after the other are one line, and so are those with whom a group was made. */
export function gatherEvents(events: readonly GroupEventView[]): readonly Gathered[] {
  const lines: [GroupEventView, ...GroupEventView[]][] = [];
  for (const event of events) {
    const line = lines.at(-1);
    const first = line?.[0];
    const isMore =
      event.happened.kind === 'added' &&
      (first?.happened.kind === 'added' || first?.happened.kind === 'created') &&
      first.actor.userId === event.actor.userId;
    if (line !== undefined && isMore) line.push(event);
    else lines.push([event]);
  }
  return lines;
}
