import type { ThreadRow } from './thread-rows';

const LINE = 22;
const LETTER = 7.4;
const DAY = 52;
const UNREAD = 40;
const META = 22;
const AUTHOR = 20;
const QUOTE = 52;
const REACTIONS = 29;

/** A guess at a row's height before it has been on the screen; what is off is mended when it is. */
export function estimateRow(row: ThreadRow, bubbleWidth: number): number {
  if (row.kind === 'beginning') return 180;
  if (row.kind === 'older') return 72;
  if (row.kind === 'event') return 32 + (row.day === null ? 0 : DAY - 8);
  const above = (row.day === null ? 0 : DAY) + (row.isFirstUnread ? UNREAD : 0) + (row.opens ? 10 : 2);
  const author = row.showsAuthor ? AUTHOR : 0;
  const { content } = row.message;
  if (content.kind !== 'text') return above + author + 44 + (row.showsMeta ? META : 0);
  const perLine = Math.max(Math.floor((bubbleWidth - 24) / LETTER), 8);
  let lines = 0;
  for (const line of content.body.split('\n')) lines += Math.max(Math.ceil(line.length / perLine), 1);
  const around = (row.message.quote === null ? 0 : QUOTE) + (row.message.reactions.length === 0 ? 0 : REACTIONS);
  return above + author + lines * LINE + 16 + around + (row.showsMeta ? META : 0);
}
