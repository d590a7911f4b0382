import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { SignedRoster } from '@secureconnect/crypto/media/roster';
import type { CallHost, CallPlace } from './call-host.js';
import type { Party } from './call-proofs.js';
import type { MeshPeer } from './mesh-peer.js';

/**
 * What this device signs of who is in the call, and the secret under which it speaks to them: both new at every join and leave
 * (PROTOCOL 9, THREATS 96). Changes come one after the other, and each secret goes to those in its roster alone.
 */
export class MeshKeys {
  readonly #host: CallHost;
  readonly #place: CallPlace;
  #roster: SignedRoster | null = null;
  #secret = '';
  #tail: Promise<unknown> = Promise.resolve();

  constructor(host: CallHost, place: CallPlace) {
    this.#host = host;
    this.#place = place;
  }

  /**
   * Signs who is in the call now, under a new secret; those who have a link are told.
   * @param members - asked when it is this change's turn, this device not among them
   * @returns the roster; null while nobody else is in
   */
  renew(own: Party, members: () => readonly MeshPeer[]): Promise<SignedRoster | null> {
    const renewed = this.#tail.then(async () => {
      const others = members();
      const parties = others.flatMap(({ party }) => (party === null ? [] : [party]));
      if (parties.length === 0) return null;
      this.#secret = this.#host.proofs.random();
      this.#roster = await this.#host.proofs.sign(this.#place, [own, ...parties], this.#roster);
      for (const peer of others) await this.#give(peer, this.#roster);
      return this.#roster;
    });
    this.#tail = renewed.catch(() => undefined);
    return renewed;
  }

  /** The last that was signed. */
  get roster(): SignedRoster | null {
    return this.#roster;
  }

  /** Says the secret of now once more: on a bad network a word is lost, and who has it already passes it over. */
  again(peers: readonly MeshPeer[]): Promise<void> {
    const said = this.#tail.then(async () => {
      for (const peer of peers) {
        if (this.#roster === null || peer.given !== this.#roster.roster.epoch) continue;
        peer.given = 0;
        await this.#give(peer, this.#roster);
      }
    });
    this.#tail = said.catch(() => undefined);
    return said;
  }

  /** A link that is new gets the secret of now, if it is for it. */
  async giveTo(peer: MeshPeer): Promise<void> {
    const given = this.#tail.then(async () => {
      const isFor = this.#roster?.roster.members.some(
        ({ fingerprint }) => toBase64Url(fingerprint) === peer.party?.fingerprint,
      );
      if (this.#roster !== null && isFor === true) await this.#give(peer, this.#roster);
    });
    this.#tail = given.catch(() => undefined);
    await given;
  }

  async #give(peer: MeshPeer, signed: SignedRoster): Promise<void> {
    const { epoch } = signed.roster;
    if (peer.link?.sealed !== true || peer.given >= epoch) return;
    peer.given = epoch;
    await peer.link.give(signed, this.#secret);
  }
}
