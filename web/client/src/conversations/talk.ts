import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import {
  contactState,
  preference,
  withContact,
  withReadUpTo,
  type ContactState,
  type Settings,
} from '@secureconnect/crypto/vault/settings';
import type { Directory } from '../directory/directory.js';
import type { ConversationView, MessageReach, MessageView, Peer, Standing } from '../messenger.js';
import type { Outbox } from '../outbox/outbox.js';
import { Refusal } from '../refusal.js';
import type { SettingsBook } from '../vault/settings-book.js';
import { fold, laterThan, NO_CHANGES, SYMBOL_MAX_LENGTH, type Change, type ChangeRow } from './changes.js';
import { reachedBy } from './reach.js';
import { isGroup, type ConversationRecord } from './records.js';
import { peerView } from '../directory/peer-view.js';
import type { Roster } from './roster.js';
import { standingOf } from './standing.js';

export interface TalkParts {
  readonly roster: Roster;
  readonly directory: Directory;
  readonly settings: SettingsBook;
  readonly outbox: Outbox;
  readonly selfId: UserId;
  /** Of a group: who is a member, and was one at that entry of its log. */
  readonly membersSince: (conversationId: ConversationId, entry: number) => Promise<readonly UserId[]>;
  /** Messages may be confirmed that could not be before. */
  readonly confirm: (record: ConversationRecord) => void;
  readonly background: (work: () => Promise<void>) => void;
}

/** What a person decides about the people and conversations here; the same on all devices. */
export class Talk {
  readonly #parts: TalkParts;
  readonly #standings = new Map<ConversationId, Standing>();

  constructor(parts: TalkParts) {
    this.#parts = parts;
  }

  /** Before something is written: that accepts. @throws Refusal `forbidden` where the peer is blocked */
  async answer(conversationId: ConversationId): Promise<void> {
    const record = await this.#parts.roster.need(conversationId);
    const standing = this.#standingOf(record);
    if (standing === 'blocked') throw new Refusal('forbidden');
    if (standing === 'request') await this.#setContact(record.peer, 'accepted');
  }

  /** The person wants to talk with somebody: no request is needed from now on. @throws Refusal */
  async open(userId: UserId): Promise<ConversationView> {
    const { conversationId } = await this.#parts.roster.open(userId);
    const record = await this.#parts.roster.need(conversationId);
    if (this.#standingOf(record) === 'request') await this.#setContact(userId, 'accepted');
    return this.#parts.roster.view(conversationId);
  }

  /** @throws Refusal `text-too-long`; `not-found` where what it answers is not here */
  async say(conversationId: ConversationId, body: string, replyTo?: MessageId): Promise<MessageView> {
    await this.answer(conversationId);
    const target = replyTo === undefined ? null : await this.#target(conversationId, replyTo);
    const content = { kind: 'text', body } as const;
    return this.#parts.outbox.put(
      conversationId,
      target === null ? content : { ...content, replyTo: target.reference },
    );
  }

  async edit(conversationId: ConversationId, messageId: MessageId, body: string): Promise<MessageView> {
    const { reference, record, row } = await this.#own(conversationId, messageId);
    if (record.content.kind !== 'text') throw new Refusal('not-found');
    return this.#change(conversationId, { kind: 'edit', target: reference, body }, row);
  }

  async deleteForAll(conversationId: ConversationId, messageId: MessageId): Promise<MessageView> {
    const { reference, row } = await this.#own(conversationId, messageId);
    return this.#change(conversationId, { kind: 'delete', target: reference }, row);
  }

  /** Whom an own message has reached. @throws Refusal `not-found` unless it is here and was sent by the person */
  async reach(conversationId: ConversationId, messageId: MessageId): Promise<MessageReach> {
    const { directory, membersSince, selfId, settings } = this.#parts;
    const { record: message } = await this.#own(conversationId, messageId);
    const record = await this.#parts.roster.need(conversationId);
    const { peer, delivered, read } = record;
    const isOfGroup = isGroup(record);
    const members = isOfGroup ? await membersSince(conversationId, message.under?.entry ?? 0) : [peer];
    const signed = isOfGroup ? record.signed : { [peer]: { delivered, read } };
    const others = members.filter((member) => member !== selfId);
    const reached = reachedBy({ signed }, message, others, preference(settings.current, 'readReceipts'));
    const peersOf = (users: readonly UserId[]) =>
      Promise.all(users.map(async (user) => peerView(user, await directory.known(user))));
    const [readBy, deliveredTo, waitingFor] = await Promise.all([
      peersOf(reached.read),
      peersOf(reached.delivered),
      peersOf(reached.waiting),
    ]);
    return { read: readBy, delivered: deliveredTo, waiting: waitingFor };
  }

  /** @param symbol - null takes the own reaction back */
  async react(conversationId: ConversationId, messageId: MessageId, symbol: string | null): Promise<MessageView> {
    const { reference, row } = await this.#target(conversationId, messageId);
    if (symbol !== null && (symbol.length === 0 || symbol.length > SYMBOL_MAX_LENGTH || /[\s\p{C}]/u.test(symbol)))
      throw new Refusal('text-too-long');
    return this.#change(conversationId, { kind: 'reaction', target: reference, symbol: symbol ?? '' }, row);
  }

  async accept(conversationId: ConversationId): Promise<null> {
    const { peer } = await this.#parts.roster.need(conversationId);
    return this.#decide(peer, 'accepted');
  }

  /** The log of a group says who took the person in. Somebody known: then the group is accepted for good, whatever becomes of that person. */
  async groupEntered(conversationId: ConversationId): Promise<void> {
    const { confirm, roster, selfId, settings } = this.#parts;
    const record = await roster.need(conversationId);
    if (this.#standingOf(record) === 'open') {
      const isNew = contactState(settings.current, record.peer) === 'none' && record.invitedBy !== selfId;
      if (isNew) await this.#setContact(record.peer, 'accepted');
      await roster.log(conversationId).tellNewest();
      confirm(record);
    }
    roster.announce(conversationId);
  }

  async block(userId: UserId): Promise<null> {
    if (userId === this.#parts.selfId) throw new Refusal('self-conversation');
    return this.#decide(userId, 'blocked');
  }

  async unblock(userId: UserId): Promise<null> {
    if (contactState(this.#parts.settings.current, userId) !== 'blocked') return null;
    return this.#decide(userId, 'none');
  }

  async blocked(): Promise<readonly Peer[]> {
    const { directory, settings } = this.#parts;
    const users = [...settings.current.contacts].filter(([, { value }]) => value === 'blocked');
    return Promise.all(
      users.map(async ([userId]) => peerView(userId as UserId, await directory.known(userId as UserId))),
    );
  }

  /** Everything that is here was seen by the person. */
  async markRead(conversationId: ConversationId): Promise<void> {
    const { roster, settings } = this.#parts;
    const record = await roster.log(conversationId).readAll();
    if (record === null) return;
    if (record.readUpTo > (settings.current.readUpTo.get(conversationId) ?? 0)) {
      await settings.change((before) => withReadUpTo(before, conversationId, record.readUpTo), true);
    }
    this.#parts.confirm(record);
  }

  /** Another device, another tab or the person has decided something: what it changes here is done and told. */
  async settingsChanged(): Promise<void> {
    const { roster, settings, confirm } = this.#parts;
    for (const record of await roster.records()) {
      const { conversationId } = record;
      const position = settings.current.readUpTo.get(conversationId) ?? 0;
      const read = position > record.readUpTo ? await roster.log(conversationId).readUpTo(position) : null;
      const standing = this.#standingOf(record);
      const before = this.#standings.get(conversationId);
      this.#standings.set(conversationId, standing);
      const isMoved = before !== undefined && before !== standing;
      if (isMoved && standing === 'open') {
        await roster.log(conversationId).tellNewest();
        confirm(record);
      }
      if (read !== null || isMoved) roster.announce(conversationId);
    }
  }

  async #decide(userId: UserId, state: ContactState): Promise<null> {
    await this.#setContact(userId, state);
    this.#parts.background(() => this.#parts.settings.flush());
    return null;
  }

  async #setContact(userId: UserId, state: ContactState): Promise<void> {
    // What stood before is known, so that the change is told.
    for (const record of await this.#parts.roster.records()) {
      if (record.peer === userId) this.#standings.set(record.conversationId, this.#standingOf(record));
    }
    await this.#parts.settings.change((before: Settings, deviceId) => withContact(before, userId, state, deviceId));
  }

  async #change(conversationId: ConversationId, change: Change, row: ChangeRow): Promise<MessageView> {
    await this.answer(conversationId);
    return this.#parts.outbox.put(conversationId, change, laterThan(row, 0));
  }

  /** @throws Refusal `not-found` unless it is here, of the person's own, and not taken back */
  async #own(conversationId: ConversationId, messageId: MessageId) {
    const target = await this.#target(conversationId, messageId);
    if (target.record.sender !== this.#parts.selfId) throw new Refusal('not-found');
    return target;
  }

  /** @throws Refusal `not-found` unless it is here, was said to people, and was not taken back */
  async #target(conversationId: ConversationId, messageId: MessageId) {
    await this.#parts.roster.need(conversationId);
    const { store } = this.#parts.roster.log(conversationId);
    const [found, rows] = await Promise.all([store.byIds([messageId]), store.changesOf([messageId])]);
    const record = found.get(messageId);
    const row = rows.get(messageId) ?? NO_CHANGES;
    const isText = record?.content.kind === 'text' || record?.content.kind === 'unsupported';
    if (record === undefined || !isText || fold(row, record).isDeleted) throw new Refusal('not-found');
    return { record, row, reference: { messageId, hash: record.hash.slice(0, 32) } };
  }

  #standingOf(record: ConversationRecord): Standing {
    return standingOf(record, this.#parts.settings.current, this.#parts.selfId);
  }
}
