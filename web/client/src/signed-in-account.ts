import { handlersOf } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import { browserName } from './account/browser-name.js';
import { OwnDevices } from './account/own-devices.js';
import { Passwords } from './account/passwords.js';
import { RecoveryKeys } from './account/recovery-keys.js';
import { Background } from './background.js';
import { Calling } from './calls/calling.js';
import { creditsApi, type CreditsApi } from './credits/credits-api.js';
import { LedgerMarks } from './credits/ledger-marks.js';
import { Wallet } from './credits/wallet.js';
import { Directory } from './directory/directory.js';
import { PinBook } from './directory/pin-book.js';
import { GroupCalls } from './groups/group-calls.js';
import { GroupMarks } from './groups/group-marks.js';
import { GroupThread } from './groups/group-thread.js';
import { Groups } from './groups/groups.js';
import { membersSince } from './groups/members-since.js';
import type { SessionEnd } from './messenger.js';
import { Outbox } from './outbox/outbox.js';
import { asRefusal } from './refusal.js';
import { Access } from './session/access.js';
import type { SignedIn } from './session/sign-in.js';
import { Connection } from './socket/connection.js';
import { Opener } from './sync/opener.js';
import { Receipts } from './sync/receipts.js';
import { Roster } from './conversations/roster.js';
import { Presence } from './conversations/presence.js';
import { Talk } from './conversations/talk.js';
import { Typing } from './conversations/typing.js';
import { SettingsBook } from './vault/settings-book.js';
import { TrustBook } from './trust/trust-book.js';
import { VaultKeeper } from './vault/vault-keeper.js';

/** How old what other devices have decided may be. */
const VAULT_EVERY_MS = 120_000;

/** Everything that lives as long as somebody is signed in: it is made, started and stopped as one. */
export class SignedInAccount {
  readonly access: Access;
  readonly vault: VaultKeeper;
  readonly pins: PinBook;
  readonly settings: SettingsBook;
  readonly directory: Directory;
  readonly trust: TrustBook;
  readonly ownDevices: OwnDevices;
  readonly passwords: Passwords;
  readonly recoveryKeys: RecoveryKeys;
  readonly connection: Connection;
  readonly roster: Roster;
  readonly outbox: Outbox;
  readonly receipts: Receipts;
  readonly talk: Talk;
  readonly typing: Typing;
  readonly calling: Calling;
  readonly presence: Presence;
  readonly groups: Groups;
  readonly groupMarks: GroupMarks;
  readonly groupCalls: GroupCalls;
  readonly wallet: Wallet;
  readonly home: SignedIn['home'];
  credits: number | null = null;

  readonly #parts: AccountParts;
  readonly #background: Background;
  readonly #credits: CreditsApi;
  #endHint: SessionEnd | null = null;

  constructor(parts: AccountParts, { home, record, opened }: SignedIn) {
    const { auth, deps, events, memory, primitives } = parts;
    const { clock, locks } = deps;
    this.#parts = parts;
    this.#background = new Background(clock);
    this.home = home;
    home.onLost = () => parts.ended('storage-lost');
    const { store } = home;
    const { userId: selfId, deviceId } = record;
    const { run: background, pause } = this.#background;
    this.access = new Access(
      {
        auth,
        home,
        locks,
        clock,
        ended: (by, ban) => parts.ended(by === 'expired' ? (this.#endHint ?? by) : by, ban),
        distrusted: () => events.alarm('server-answer-refused', { userId: selfId }),
        changed: parts.changed,
        endedElsewhere: () => memory.endOf(selfId),
      },
      record,
    );
    this.#credits = creditsApi(parts.door, this.access, deps.endpoints.credits);
    this.vault = new VaultKeeper(
      {
        primitives,
        auth,
        access: this.access,
        home,
        memory,
        locks,
        events,
        changed: () =>
          background(async () => {
            await this.directory.measureAgain();
            await this.talk.settingsChanged();
            await this.groups.measureAgain();
          }),
      },
      opened,
    );
    const marks = new LedgerMarks({ vault: this.vault, userId: selfId, pause, background });
    this.wallet = new Wallet({ api: this.#credits, primitives, store, marks, locks, clock, events, userId: selfId });
    this.pins = new PinBook(this.vault, store);
    this.settings = new SettingsBook({
      vault: this.vault,
      store,
      deviceId,
      pause,
      background,
      changed: () =>
        background(async () => {
          await this.talk.settingsChanged();
          await this.presence.choose();
        }),
    });
    this.directory = new Directory({
      primitives,
      auth,
      access: this.access,
      store,
      pins: this.pins,
      clock,
      events,
      selfId,
      account: () => this.vault.account,
      deviceId,
      refreshAccount: () => this.vault.reload(),
      revokedHere: () => parts.ended('revoked'),
      changed: (entry) =>
        background(async () => {
          await this.trust.noticed(entry);
          await this.roster.peerChanged(entry);
          await this.pins.flush();
        }),
    });
    this.trust = new TrustBook({
      primitives,
      vault: this.vault,
      directory: this.directory,
      pins: this.pins,
      store,
      clock,
      goOnWith: (userId, compared) => this.goOnWith(userId, compared),
      decided: () => background(() => this.pins.flush()),
    });
    const { access, directory, vault } = this;
    const owner = { primitives, auth, access, events, vault, directory, clock };
    const revokedHere = () => parts.ended('revoked');
    this.ownDevices = new OwnDevices({ ...owner, browser: browserName(deps.userAgent ?? ''), revokedHere });
    this.passwords = new Passwords({ ...owner, memory, random: deps.random });
    this.recoveryKeys = new RecoveryKeys(owner);
    this.groupMarks = new GroupMarks({ vault: this.vault, pause, background });
    this.groups = new Groups({
      primitives,
      store,
      directory: this.directory,
      events,
      connection: () => this.connection,
      selfId,
      marks: this.groupMarks,
      entered: (conversationId) => background(() => this.talk.groupEntered(conversationId)),
      grew: (conversationId, before) => background(() => this.roster.tellGroupEvents(conversationId, before)),
      changed: (conversationId) => this.roster.announce(conversationId),
      account: () => this.vault.account,
      deviceId,
      clock,
      pinOf: (userId) => this.pins.pinOf(userId),
    });
    const opener = new Opener({
      groups: this.groups,
      primitives,
      account: () => this.vault.account,
      nowMs: () => clock.nowMs(),
      directory: this.directory,
    });
    this.connection = new Connection(deps, events, {
      admit: (renew) => this.access.ensure(renew),
      signedIn: () => !this.#background.isStopped,
      ending: (reason) => (this.#endHint = reason === 'banned' ? 'banned' : reason === 'revoked' ? 'revoked' : null),
      connected: () => background(() => this.#connected()),
      handlers: handlersOf(this, background, () => this.#catchUp()),
    });
    this.roster = new Roster({
      primitives,
      store,
      directory: this.directory,
      events,
      pause,
      opener,
      selfId,
      settings: () => this.settings.current,
      deviceId,
      background,
      connection: () => this.connection,
      groupOf: (conversationId) => this.groups.summary(conversationId),
      groupThread: new GroupThread({ groups: this.groups, directory: this.directory, selfId }),
      absences: (conversationId, claimed) => this.groups.absences(conversationId, claimed),
      groupMet: (conversationId) => this.groups.moved(conversationId),
      incoming: (conversation) => this.receipts.due(conversation),
      receipts: (conversation, receipts) => background(() => this.receipts.take(conversation, receipts)),
    });
    const lane = {
      primitives,
      store,
      directory: this.directory,
      groups: this.groups,
      locks,
      clock,
      random: deps.random,
      selfId,
      deviceId,
      signer: home.keys.signer,
      connection: this.connection,
      events,
      background,
      pause,
      log: (id: Parameters<Roster['log']>[0]) => this.roster.log(id),
    };
    this.outbox = new Outbox({
      ...lane,
      credits: (available) => this.setCredits(available),
      stopped: () => this.#background.isStopped,
    });
    this.receipts = new Receipts({
      ...lane,
      opener,
      settings: () => this.settings.current,
      changed: ({ conversationId }) => this.roster.announce(conversationId),
    });
    this.typing = new Typing({ ...lane, roster: this.roster, opener, settings: () => this.settings.current });
    this.calling = new Calling({ ...lane, deps, opener, account: this, isStopped: () => this.#background.isStopped });
    this.presence = new Presence({ connection: this.connection, events, settings: () => this.settings.current });
    this.groupCalls = new GroupCalls({ groups: this.groups, directory, roster: this.roster, self: record });
    this.talk = new Talk({
      ...lane,
      roster: this.roster,
      settings: this.settings,
      outbox: this.outbox,
      membersSince: (conversation, entry) => membersSince(this.groups, conversation, entry),
      confirm: (conversation) => this.receipts.due(conversation),
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.pins.load(), this.settings.load()]);
    this.connection.start();
    // Other devices write into the vault, and nothing tells of it.
    this.#background.every(VAULT_EVERY_MS, async () => {
      if (this.connection.isConnected) await this.vault.reload();
    });
  }

  /** The network seems to be back. */
  wake(): void {
    this.connection.wake();
    this.calling.connection.wake();
  }

  /** Stops everything and closes the database; what is on the disk stays. */
  stop(): void {
    this.calling.stop();
    this.#background.stop();
    this.connection.stop();
    this.home.onLost = () => undefined;
    this.home.close();
  }

  setCredits(available: number): void {
    if (this.credits === available || this.#background.isStopped) return;
    this.credits = available;
    this.#parts.events.emit({ type: 'credits', available });
  }

  /** @throws Refusal */
  async fetchCredits(): Promise<void> {
    this.setCredits((await this.#credits.balance()).available);
  }

  /** The person goes on with a peer's new keys: what was held is sent, what did not open is opened again. */
  async goOnWith(...[userId, compared]: Parameters<Directory['accept']>) {
    const entry = await this.directory.accept(userId, compared);
    this.#background.run(async () => {
      await this.roster.lookAgainAt(userId);
      await this.outbox.drainAll();
    });
    return entry;
  }

  async #connected(): Promise<void> {
    const { run } = this.#background;
    run(() => this.fetchCredits());
    // The vault first: other devices' pins count before anything is sealed or opened here.
    await this.vault.reload().catch(asRefusal);
    this.directory.distrustAge();
    run(() => this.pins.flush());
    run(() => this.ownDevices.introduce());
    for (const waiting of [this.settings, this.groupMarks, this.wallet]) run(() => waiting.flush());
    run(() => this.presence.choose());
    run(() => this.presence.ask());
    await this.talk.settingsChanged();
    await this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    await this.roster.catchUp();
    for (const record of await this.roster.records()) this.receipts.due(record);
    await this.outbox.drainAll();
    await this.roster.refresh();
  }
}
