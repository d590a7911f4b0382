import {
  CALL_SIGNAL_LIMITS,
  type CallSignal,
  type Candidates,
  type Description,
  type FrameKey,
} from '@secureconnect/contracts/call-signals';
import { CALL_TIMES } from '@secureconnect/contracts/call-states';
import type { IceServer } from '@secureconnect/contracts/calls';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { VerifiedDevice } from '@secureconnect/crypto/identity/device';
import type { SignedRoster } from '@secureconnect/crypto/media/roster';
import {
  refuseDescription,
  relayedCandidate,
  relayedDescription,
} from '@secureconnect/crypto/media/session-description';
import type { CallHost, CallPlace } from './call-host.js';
import type { Party } from './call-proofs.js';
import { isStale } from './description-order.js';
import type { LinkCandidate, LinkState, MediaHappening } from './media-port.js';

/** A link that was lost and does not come back within this is over. */
const BACK_WITHIN_MS = 30_000;

export interface CallLinkParts {
  readonly host: CallHost;
  readonly place: CallPlace;
  readonly own: Party;
  /** The one device at the other end. */
  readonly theirs: Party;
  /** This side makes the first offer and asks for new paths; the other one gives way when both offer at once. */
  readonly offers: boolean;
  /** As many may be in a roster of theirs. */
  readonly membersMax: number;
  /** How often this device and that one had a link in this call before; 0 unless said. */
  readonly attempt?: number;
  /** Whether every frame is sealed once more: both browsers can. */
  readonly sealed: boolean;
  readonly relayOnly: boolean;
  readonly servers: readonly IceServer[];
  readonly moved: (phase: 'connected' | 'reconnecting') => void;
  readonly failed: (end: 'not-proven' | 'no-path') => void;
  /** The other end has signed who is in the call. */
  readonly believed?: (roster: SignedRoster) => void;
}

/**
 * One link to one device: carries its signed descriptions and candidates, and lets sound through when the certificate that was really
 * presented is the signed one.
 */
export class CallLink {
  readonly linkId: string;
  readonly #parts: CallLinkParts;
  #isProven = false;
  #isClosed = false;
  #state: LinkState | null = null;
  #relayOnly: boolean;
  #ownCount = 0;
  /** Number of the last description of theirs that was taken; a lower one is stale (THREATS 93). */
  #theirCount = 0;
  /** Number of their last offer: an own answer names it. */
  #theirOffer = 0;
  /** How often the link was lost: a restart waits for its own loss alone. */
  #losses = 0;
  #theirRoster: SignedRoster | null = null;

  constructor(parts: CallLinkParts) {
    this.#parts = parts;
    this.#relayOnly = parts.relayOnly;
    const { attempt = 0, place, theirs } = parts;
    this.linkId = `${place.callId}${theirs.deviceId}${attempt === 0 ? '' : `-${attempt}`}`;
  }

  get sealed(): boolean {
    return this.#parts.sealed;
  }

  async open(): Promise<void> {
    const { host, offers, servers } = this.#parts;
    await host.media.openLink({
      linkId: this.linkId,
      offers,
      polite: !offers,
      relayOnly: this.#relayOnly,
      sealsFrames: this.sealed,
      iceServers: servers.map(({ urls, username, credential }) => ({
        urls,
        ...(username !== undefined && { username }),
        ...(credential !== undefined && { credential }),
      })),
    });
  }

  /** What the device at the other end has signed. */
  async hear(signal: CallSignal, device: VerifiedDevice): Promise<void> {
    if (signal.t === 'description') await this.#takeDescription(signal);
    if (signal.t === 'candidates') await this.#takeCandidates(signal);
    if (signal.t === 'key') await this.#takeKey(signal, device);
  }

  /** The own voice is sealed under this secret from now on; it goes to who is in the roster, and to nobody else (THREATS 96). */
  async give(signed: SignedRoster, secret: string): Promise<void> {
    const { host, own, place, theirs } = this.#parts;
    const key = await host.proofs.frameKey(place, own, theirs, signed, secret);
    host.frames({ linkId: this.linkId, side: 'send', key });
    const { roster } = signed;
    this.#tell({ t: 'key', epoch: roster.epoch, secret, roster: toBase64Url(roster.bytes) });
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.host.frames({ linkId: this.linkId, side: 'gone' });
  }

  /** What the page tells of this link. */
  async happened(happening: MediaHappening): Promise<void> {
    switch (happening.type) {
      case 'description': {
        const { type } = happening.description;
        const sdp = this.#relayOnly ? relayedDescription(happening.description.sdp) : happening.description.sdp;
        const n = ++this.#ownCount;
        this.#tell(
          type === 'offer'
            ? { t: 'description', type, n, sdp }
            : { t: 'description', type, n, offer: this.#theirOffer, sdp },
        );
        return;
      }
      case 'candidates': {
        this.#tellCandidates(this.#mayGo(happening));
        return;
      }
      case 'secured':
        return this.#prove(happening);
      case 'link': {
        this.#changed(happening.state);
        return;
      }
    }
  }

  async #takeDescription(description: Description): Promise<void> {
    if (isStale(description, this.#theirCount)) return;
    this.#theirCount = description.n;
    if (description.type === 'offer') this.#theirOffer = description.n;
    const { sdp, type } = description;
    if (refuseDescription(sdp, fromBase64Url(this.#parts.theirs.fingerprint)) !== null) {
      this.#parts.failed('not-proven');
      return;
    }
    await this.#parts.host.media.takeDescription(this.linkId, { type, sdp });
  }

  async #takeCandidates({ candidates }: Candidates): Promise<void> {
    await this.#parts.host.media.takeCandidates(this.linkId, candidates);
  }

  /** Relay-only means it: whatever the page found, no other address is said (THREATS 90). */
  #mayGo({ candidates }: { readonly candidates: readonly LinkCandidate[] }): readonly LinkCandidate[] {
    if (!this.#relayOnly) return candidates;
    return candidates.flatMap((found) => {
      const candidate = relayedCandidate(found.candidate);
      return candidate === null ? [] : [{ ...found, candidate }];
    });
  }

  /** What was presented is what was signed, or there is no sound, ever (THREATS 85, 91). */
  async #prove({ certificate, tls }: Extract<MediaHappening, { type: 'secured' }>): Promise<void> {
    const { failed, host, theirs } = this.#parts;
    if (!(await host.proofs.isProven(certificate, tls, theirs.fingerprint))) {
      failed('not-proven');
      return;
    }
    this.#isProven = true;
    await host.media.hear(this.linkId);
    this.#settle();
  }

  async #takeKey({ epoch, roster, secret }: FrameKey, device: VerifiedDevice): Promise<void> {
    const { believed: tell, failed, host, membersMax, own, place, theirs } = this.#parts;
    // said twice, on a bad network
    if (this.#theirRoster !== null && epoch <= this.#theirRoster.roster.epoch) return;
    const by = { ...theirs, device, previous: this.#theirRoster };
    const believed = await host.proofs.believe(place, roster, by, own);
    if (believed?.roster.epoch !== epoch || believed.roster.members.length > membersMax) {
      failed('not-proven');
      return;
    }
    this.#theirRoster = believed;
    const key = await host.proofs.frameKey(place, theirs, own, believed, secret);
    host.frames({ linkId: this.linkId, side: 'receive', key });
    tell?.(believed);
  }

  #changed(state: LinkState): void {
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    if (state === 'connected') {
      this.#settle();
      return;
    }
    if (this.#isProven && before === 'connected') this.#parts.moved('reconnecting');
    this.#comeBack(state, ++this.#losses);
  }

  #settle(): void {
    if (this.#isProven && this.#state === 'connected') this.#parts.moved('connected');
  }

  /** Two seconds of silence: other paths. Failed: relays, where there are any. */
  #comeBack(state: LinkState, loss: number): void {
    const { host, offers, servers } = this.#parts;
    const isLost = () => !this.#isClosed && this.#state !== 'connected' && this.#losses === loss;
    const hasRelay = servers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
    host.background(async () => {
      if (state === 'disconnected') await host.pause(CALL_TIMES.restartAfterMs);
      if (!isLost()) return;
      if (state === 'failed' && hasRelay) this.#relayOnly = true;
      // one side asks for new paths; the other one follows its offer
      if (offers || state === 'failed') await host.media.restart(this.linkId, this.#relayOnly);
      await host.pause(BACK_WITHIN_MS);
      if (isLost()) this.#parts.failed('no-path');
    });
  }

  #tellCandidates(found: readonly LinkCandidate[]): void {
    if (this.#ownCount === 0) return;
    for (let from = 0; from < found.length; from += CALL_SIGNAL_LIMITS.candidatesMax) {
      const candidates = found.slice(from, from + CALL_SIGNAL_LIMITS.candidatesMax);
      this.#tell({ t: 'candidates', n: this.#ownCount, candidates });
    }
  }

  #tell(signal: CallSignal): void {
    const { host, place, theirs } = this.#parts;
    host.background(async () => {
      const { callId, conversationId } = place;
      const { deviceId, userId } = theirs;
      await host.send({ callId, conversationId, userId, deviceId }, signal, () => !this.#isClosed);
    });
  }
}
