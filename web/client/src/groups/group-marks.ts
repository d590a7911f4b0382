import type { ConversationId } from '@secureconnect/contracts/ids';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import type { GroupMark } from '@secureconnect/crypto/vault/group-marks';
import type { VaultKeeper } from '../vault/vault-keeper.js';

/** Changes of groups that come close together are one write of the vault. */
const WRITE_AFTER_MS = 4_000;

export interface GroupMarkParts {
  readonly vault: VaultKeeper;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
}

/**
 * How far the account has believed each group, on whatever device (PROTOCOL 6.10, vault items 6): a clean browser is not shown less, or another
 * story (THREATS 71, 72).
 */
export class GroupMarks {
  readonly #parts: GroupMarkParts;
  readonly #noted = new Map<ConversationId, GroupMark>();
  #writing = false;

  constructor(parts: GroupMarkParts) {
    this.#parts = parts;
  }

  /** What is remembered of a group; null for nothing. */
  of(conversationId: ConversationId): GroupMark | null {
    const groupId = idFromHex(conversationId);
    return this.#parts.vault.opened.groupMarks.find((mark) => sameBytes(mark.groupId, groupId)) ?? null;
  }

  /** This was believed here: the vault follows, a few seconds later. */
  note(mark: GroupMark): void {
    const conversationId = idToHex(mark.groupId) as ConversationId;
    if (further(this.of(conversationId), mark) === null) return;
    this.#noted.set(conversationId, mark);
    if (this.#writing) return;
    this.#writing = true;
    const { background, pause } = this.#parts;
    background(async () => {
      await pause(WRITE_AFTER_MS);
      this.#writing = false;
      await this.flush();
    });
  }

  /** Writes what waits into the vault. @throws Refusal; what waits goes on waiting, for the next change of a group or connection */
  async flush(): Promise<void> {
    const noted = new Map(this.#noted);
    if (noted.size === 0) return;
    await this.#parts.vault.write(({ groupMarks: held }) => {
      const groupMarks = [...noted.values()].flatMap((mark) => {
        const before = held.find(({ groupId }) => sameBytes(groupId, mark.groupId));
        return further(before ?? null, mark) ?? [];
      });
      return groupMarks.length === 0 ? null : { groupMarks };
    });
    for (const [conversationId, mark] of noted) {
      if (this.#noted.get(conversationId) === mark) this.#noted.delete(conversationId);
    }
  }
}

/** The further one of both logs and of both epochs; null where nothing goes beyond what was remembered. */
function further(before: GroupMark | null, here: GroupMark): GroupMark | null {
  if (before === null) return here;
  if (here.seq <= before.seq && here.epoch <= before.epoch) return null;
  const { groupId, head, seq } = here.seq > before.seq ? here : before;
  const { epoch, epochHash } = here.epoch > before.epoch ? here : before;
  return { groupId, seq, head, epoch, epochHash };
}
