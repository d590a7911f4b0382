import type { GroupSummary, MessageView, Standing } from '../keyring/views';
import type { Catalogue } from '../platform/words/english';
import { pastCallWords } from '../keyring/past-call-words';

const SHOWN = 140;

export interface Preview {
  readonly prefix: string;
  readonly text: string;
  readonly isFailed: boolean;
  readonly isDraft: boolean;
}

const plain = (text: string, prefix = ''): Preview => ({ prefix, text, isFailed: false, isDraft: false });

/** One line of text, whatever was written. */
const oneLine = (text: string): string =>
  text
    .slice(0, SHOWN * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, SHOWN);

/** Of a stranger, or of somebody who is blocked, nothing that they wrote is shown. */
export function standingPreview(standing: Standing, words: Catalogue['talk']): Preview | null {
  if (standing === 'open') return null;
  return plain(standing === 'request' ? words.rowRequest : words.rowBlocked);
}

/** Of a group in which nothing can be written any more, that is the news. */
export function groupPreview(group: GroupSummary | null, words: Catalogue['groups']): Preview | null {
  if (group?.forked === true) return { ...plain(words.forkedRow), isFailed: true };
  return group !== null && group.ownRole === null ? plain(words.outRow) : null;
}

/**
 * What the list shows of a chat: the draft if there is one, else the newest message.
 * @param author - of the newest message, where it could be several people's
 */
export function previewOf(
  last: MessageView | null,
  draft: string,
  words: Catalogue['chats'],
  author: string | null = null,
): Preview {
  if (draft !== '') return { prefix: words.draft, text: oneLine(draft), isFailed: false, isDraft: true };
  if (last === null) return plain(words.lastNone);
  switch (last.content.kind) {
    case 'text': {
      const text = oneLine(last.content.body);
      if (last.state === 'failed') return { prefix: words.lastFailed, text, isFailed: true, isDraft: false };
      if (last.outgoing) return plain(text, words.you);
      return plain(text, author === null ? '' : words.from(author));
    }
    case 'deleted':
      return plain(words.lastDeleted);
    case 'unverifiable':
      return plain(words.lastUnverifiable);
    case 'missing':
      return plain(words.lastMissing);
    case 'call':
      return plain(pastCallWords(last));
    case 'unsupported':
      return plain(words.lastUnsupported);
  }
}
