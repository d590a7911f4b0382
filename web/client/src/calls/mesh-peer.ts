import type { CallSignal, Join } from '@secureconnect/contracts/call-signals';
import { linkRoles } from '@secureconnect/contracts/call-states';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import type { SignedRoster } from '@secureconnect/crypto/media/roster';
import type { CallHost, CallPlace } from './call-host.js';
import type { Presence } from './call-life.js';
import type { CallLink } from './call-link.js';
import type { Party } from './call-proofs.js';
import type { CallCode, CallPerson } from './call-views.js';

/** Who asked whom to be let in; it says who offers, and whose nonce is committed to. */
export type Asked = 'own' | 'other';

export interface MeshPeerParts {
  readonly host: CallHost;
  readonly place: CallPlace;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly username: string;
  readonly asked: Asked;
  /** How often this device was in the call before, as far as it is known here. */
  readonly attempt: number;
}

/** One other device in a call of a group: the words between it and this one until a link stands, and what is shown of it. */
export class MeshPeer {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly username: string;
  readonly attempt: number;
  readonly asked: Asked;
  link: CallLink | null = null;
  phase: 'connecting' | 'connected' | 'reconnecting' = 'connecting';
  /** What it has signed last of who is in the call. */
  roster: SignedRoster | null = null;
  /** The last epoch whose secret it was given. */
  given = 0;
  readonly #host: CallHost;
  readonly #place: CallPlace;
  readonly #nonce: string;
  #theirs: Presence | null = null;
  /** What they have committed to, where they asked. */
  #commitment: string | null = null;
  #code: CallCode | null = null;
  #isMuted = false;
  #mutings = 0;
  #theirMutings = 0;

  constructor({ asked, attempt, deviceId, host, place, userId, username }: MeshPeerParts) {
    this.#host = host;
    this.#place = place;
    this.#nonce = host.proofs.random();
    this.asked = asked;
    this.attempt = attempt;
    this.deviceId = deviceId;
    this.userId = userId;
    this.username = username;
  }

  /** Both have said who they are: it is in the call. */
  get isIn(): boolean {
    return this.#theirs !== null;
  }

  get party(): Party | null {
    const { deviceId, userId } = this;
    return this.#theirs && { userId, deviceId, fingerprint: this.#theirs.fingerprint };
  }

  get sealsFrames(): boolean {
    return this.#theirs?.sealsFrames === true;
  }

  get nonce(): string {
    return this.#nonce;
  }

  get offers(): boolean {
    const { deviceId, selfId } = this.#host;
    return linkRoles({ userId: selfId, deviceId }, this, this.asked).offers;
  }

  person(): CallPerson {
    const { link, phase, userId, username } = this;
    return { userId, username, linkId: link?.linkId ?? null, phase, muted: this.#isMuted, code: this.#code };
  }

  /** The word with which this device asks to be let in. */
  async askingWith(own: Presence): Promise<CallSignal> {
    const { deviceId, proofs, selfId } = this.#host;
    const by = { userId: selfId, deviceId };
    const commitment = await proofs.commitTo(this.#place.callId, by, this.#nonce);
    return { t: 'join', ...own, commitment };
  }

  /** They asked to be let in, and are. */
  admitted({ commitment, fingerprint, sealsFrames }: Join): void {
    this.#theirs = { fingerprint, sealsFrames };
    this.#commitment = commitment;
  }

  /** Whether this is the very join that let them in: said again, because the answer was lost. */
  isOf({ commitment, fingerprint }: Join): boolean {
    return this.#commitment === commitment && this.#theirs?.fingerprint === fingerprint;
  }

  /** They let this device in: the words to compare are known here now. */
  async welcomed(own: Party, theirs: Presence & { readonly nonce: string }): Promise<void> {
    this.#theirs = { fingerprint: theirs.fingerprint, sealsFrames: theirs.sealsFrames };
    this.#code = await this.#codeOf(own, theirs.nonce);
  }

  /** Opens what they committed to, before any word of ours was known to them (THREATS 94). @returns false where it is another nonce */
  async revealed(own: Party, nonce: string): Promise<boolean> {
    if (this.#commitment === null || this.#code !== null) return true;
    const { callId } = this.#place;
    if (!(await this.#host.proofs.isCommitted(callId, this, nonce, this.#commitment))) return false;
    this.#code = await this.#codeOf(own, nonce);
    return true;
  }

  /** @returns whether it looks different now */
  heardMuting(n: number, isMuted: boolean): boolean {
    if (n <= this.#theirMutings) return false;
    this.#theirMutings = n;
    this.#isMuted = isMuted;
    return true;
  }

  /** The word that the own microphone is off, or on. */
  muting(muted: boolean): CallSignal {
    return { t: 'media', n: ++this.#mutings, muted };
  }

  async #codeOf(own: Party, theirNonce: string): Promise<CallCode | null> {
    const theirs = this.party;
    if (theirs === null) return null;
    const sides = [
      { ...own, nonce: this.#nonce },
      { ...theirs, nonce: theirNonce },
    ] as const;
    const [asking, answering] = this.asked === 'own' ? sides : [sides[1], sides[0]];
    return this.#host.proofs.wordsOf(this.#place, asking, answering);
  }
}
