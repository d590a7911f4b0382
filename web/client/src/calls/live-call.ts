import type { CallSignal } from '@secureconnect/contracts/call-signals';
import type { DeviceId } from '@secureconnect/contracts/ids';
import type { CallHost, CallPlace } from './call-host.js';
import { CallLife, type HangUpEnd, type Presence } from './call-life.js';
import { CallLink } from './call-link.js';
import type { Party } from './call-proofs.js';
import type { CallCode, CallPerson } from './call-views.js';
import type { MediaHappening } from './media-port.js';

/** Somebody has answered: a link stands within this, or there is no path. */
const CONNECT_WITHIN_MS = 30_000;

/** A call with one other device: its link, and what is known of who is at the other end. Who rings and who answers is not in here. */
export abstract class LiveCall extends CallLife {
  /** The device that has the call; null until one has answered. */
  protected device: DeviceId | null = null;
  protected theirs: Presence | null = null;
  protected link: CallLink | null = null;
  protected code: CallCode | null = null;
  #isTheirMuted = false;
  #mutings = 0;
  #theirMutings = 0;

  protected constructor(host: CallHost, place: CallPlace, relayOnly: boolean) {
    super(host, place, relayOnly, place.outgoing ? 'calling' : 'ringing');
  }

  override async happened(happening: MediaHappening): Promise<void> {
    if (this.isOver || this.link?.linkId !== happening.linkId) return;
    await this.link.happened(happening);
  }

  /** Over because of what was found here; the other side is told. */
  fail(end: HangUpEnd): void {
    if (this.isOver) return;
    if (this.device !== null) this.tell({ t: 'hang-up', end });
    this.finish(end);
  }

  /** Whoever is called and has no microphone declines. */
  protected override async prepare(): Promise<boolean> {
    const isReady = await super.prepare();
    if (this.end === 'no-microphone' && !this.place.outgoing) this.tell({ t: 'decline' });
    return isReady;
  }

  /** Opens the link, once both have said who they are. */
  protected async connect(): Promise<void> {
    const { host, place } = this;
    const [own, theirs] = [this.ownParty(), this.theirParty()];
    if (own === null || theirs === null || this.isOver) return;
    const servers = await this.helpers();
    if (this.isGone()) return;
    const link = new CallLink({
      host,
      place,
      own,
      theirs,
      offers: place.outgoing,
      membersMax: 2,
      sealed: this.ready?.sealsFrames === true && this.theirs?.sealsFrames === true,
      relayOnly: this.relayOnly,
      servers,
      moved: (phase) => this.linksMoved(phase),
      failed: (end) => this.fail(end),
    });
    this.link = link;
    this.after(
      CONNECT_WITHIN_MS,
      () => this.phase === 'connecting',
      () => this.fail('no-path'),
    );
    host.changed();
    if (link.sealed) await link.give(await host.proofs.sign(place, [own, theirs], null), host.proofs.random());
    await link.open();
    if (this.isMuted) this.tellMuted();
  }

  protected heardMuting(n: number, isMuted: boolean): void {
    if (n <= this.#theirMutings) return;
    this.#theirMutings = n;
    this.#isTheirMuted = isMuted;
    this.host.changed();
  }

  /** The words to compare, once both nonces are open. */
  protected async codeOf(ownNonce: string, theirNonce: string): Promise<CallCode | null> {
    const [own, theirs] = [this.ownParty(), this.theirParty()];
    if (own === null || theirs === null) return null;
    const sides = [
      { ...own, nonce: ownNonce },
      { ...theirs, nonce: theirNonce },
    ] as const;
    const [asking, answering] = this.place.outgoing ? sides : [sides[1], sides[0]];
    return this.host.proofs.wordsOf(this.place, asking, answering);
  }

  protected theirParty(): Party | null {
    if (this.device === null || this.theirs === null) return null;
    return { userId: this.place.userId, deviceId: this.device, fingerprint: this.theirs.fingerprint };
  }

  /** To the device that has the call. */
  protected tell(signal: CallSignal): void {
    if (this.device !== null) this.send(this.place.userId, this.device, signal);
  }

  /** To every device of the other side. */
  protected tellAll(signal: CallSignal): void {
    this.send(this.place.userId, null, signal);
  }

  protected override people(): readonly CallPerson[] {
    const { userId, username } = this.place;
    const { phase } = this;
    return [
      {
        userId,
        username,
        linkId: this.link?.linkId ?? null,
        phase: phase === 'calling' || phase === 'ended' ? 'ringing' : phase,
        muted: this.#isTheirMuted,
        code: this.code,
      },
    ];
  }

  protected override sealed(): boolean | null {
    return this.link?.sealed ?? null;
  }

  protected override tellMuted(): void {
    if (this.link !== null) this.tell({ t: 'media', n: ++this.#mutings, muted: this.isMuted });
  }

  protected override closeLinks(): void {
    this.link?.close();
  }

  protected override isListed(): boolean {
    return this.place.outgoing || this.link !== null;
  }
}
