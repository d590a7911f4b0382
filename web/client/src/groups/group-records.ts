import type { ConversationId } from '@secureconnect/contracts/ids';

/** Table `groups`, key [conversationId, 'log']: what was believed of a group. Sealed like every record, so its signatures are checked once. */
export interface GroupRecord {
  readonly conversationId: ConversationId;
  /** base64url, in order: `entries[seq - 1]`. */
  readonly entries: readonly string[];
  /** Number of the newest epoch that was opened here; 0 for none. */
  readonly newestEpoch: number;
  /** The server shows two logs, or two epochs: nothing is sent any more (THREATS 72). */
  readonly forked: boolean;
  /** Of the name and the entry that carries it, as the newest epoch gave it; base64url. Before the first one, the creator's own. */
  readonly nameKey: { readonly seq: number; readonly key: string } | null;
  /** The newest name that could be opened. */
  readonly name: string | null;
}

/** Table `groups`, key [conversationId, 'epoch', number]: as the server gave it and as it was found good; its secret stays wrapped for the account. */
export interface EpochRow {
  readonly epoch: string;
  readonly wrap: string;
  readonly proof: readonly string[];
  /** Messages under it that were opened or sealed here. */
  readonly used: number;
}

export const NO_GROUP: Omit<GroupRecord, 'conversationId'> = {
  entries: [],
  newestEpoch: 0,
  forked: false,
  nameKey: null,
  name: null,
};
