import type { UserId } from '@secureconnect/contracts/ids';
import type { GroupEntry } from '@secureconnect/contracts/signed/group-entry';
import { isGroup, type ConversationRecord } from '../conversations/records.js';
import type { Viewer } from '../conversations/standing.js';
import type { Directory } from '../directory/directory.js';
import { peerOf } from '../directory/peer-view.js';
import type { GroupEventView } from '../views.js';
import { entriesFor, eventView, isOnPage, placeOfEntry, type EventPage } from './group-events.js';
import type { Groups } from './groups.js';

export interface GroupThreadParts {
  readonly groups: Groups;
  readonly directory: Directory;
  readonly selfId: UserId;
}

/** What a thread says about its group: the log in words, between the messages. */
export class GroupThread {
  readonly #parts: GroupThreadParts;

  constructor(parts: GroupThreadParts) {
    this.#parts = parts;
  }

  /** What happened among the messages of a page. */
  async page(record: ConversationRecord, viewer: Viewer, page: EventPage): Promise<readonly GroupEventView[]> {
    return this.#views(record, viewer, (_, place) => isOnPage(place, page));
  }

  /** What happened behind this entry of the log. */
  async after(record: ConversationRecord, viewer: Viewer, entry: number): Promise<readonly GroupEventView[]> {
    return this.#views(record, viewer, ({ seq }) => seq > entry);
  }

  async #views(
    record: ConversationRecord,
    viewer: Viewer,
    isWanted: (entry: GroupEntry, place: number | null) => boolean,
  ) {
    if (!isGroup(record) || viewer.hidesOthers) return [];
    const { directory, groups, selfId } = this.#parts;
    const { epochs, log } = groups.of(record.conversationId);
    const words = {
      peer: (userId: UserId) => peerOf(directory, userId),
      name: (entry: number) => epochs.nameAt(entry),
    };
    const views: GroupEventView[] = [];
    for (const entry of entriesFor((await log.known())?.entries ?? [], selfId)) {
      const place = placeOfEntry(record, entry.seq);
      if (isWanted(entry, place)) views.push(await eventView(record.conversationId, entry, place, words));
    }
    return views;
  }
}
