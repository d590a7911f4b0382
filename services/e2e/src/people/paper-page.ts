import { createHash, randomBytes } from 'node:crypto';
import type { FrameOrder } from '@secureconnect/client/calls/frame-orders';
import type {
  LinkCandidate,
  LinkPlan,
  MediaHappening,
  MediaPort,
  MediaReady,
  MicrophoneAnswer,
  SessionDescription,
} from '@secureconnect/client/calls/media-port';
import type { Person } from './person.js';

/** Where every page of paper stands: what a relay-only call must never tell. */
export const OWN_ADDRESS = '192.0.2.7';
const HOST = `candidate:1 1 udp 2122260223 ${OWN_ADDRESS} 50000 typ host`;
const REFLEXIVE = `candidate:3 1 udp 1686052607 203.0.113.9 50000 typ srflx raddr ${OWN_ADDRESS} rport 50000`;
const RELAYED = `candidate:2 1 udp 41885439 198.51.100.9 60000 typ relay raddr ${OWN_ADDRESS} rport 50000`;
const CANDIDATES = [HOST, REFLEXIVE, RELAYED].map((candidate) => ({ candidate, sdpMid: '0', sdpMLineIndex: 0 }));
/** DTLS 1.2, as browsers name it. */
const DTLS_1_2 = 'FEFD';

/** Certificates by their fingerprints: what one browser would present to the other. */
const certificates = new Map<string, Uint8Array>();

/** A page without a browser: its links find each other by what the messengers carry, and it notes everything that it is asked to do. */
export class PaperPage implements MediaPort {
  /** What the messenger asked for, in order. */
  readonly done: (
    'prepare' | 'microphone' | 'open' | 'offer' | 'answer' | 'candidates' | 'hear' | 'mute' | 'restart' | 'end'
  )[] = [];
  readonly plans: LinkPlan[] = [];
  /** Orders to the Worker that seals frames. */
  readonly frames: FrameOrder[] = [];
  /** Every description and candidate of the other side. */
  readonly taken: string[] = [];
  /** The certificate that this browser is shown, whatever the other one presents; null: the other one's own. */
  meets: Uint8Array | null = null;
  /** The version of DTLS that it comes to. */
  tls = DTLS_1_2;
  /** More lines of its descriptions. */
  lines: readonly string[] = [];
  readonly #person: Person;
  #certificate: Uint8Array = new Uint8Array();

  private constructor(person: Person) {
    this.#person = person;
  }

  /** A page carries calls for this person from now on. */
  static async of(person: Person): Promise<PaperPage> {
    const page = new PaperPage(person);
    const way = { postMessage: (order: FrameOrder) => void page.frames.push(structuredClone(order)) };
    await person.messenger.attachMedia(page, way as unknown as MessagePort);
    return page;
  }

  async isInSight(): Promise<boolean> {
    return true;
  }

  async prepare(): Promise<MediaReady> {
    this.done.push('prepare');
    this.#certificate = randomBytes(64);
    return { fingerprint: hashOf(this.#certificate).toString('base64url'), sealsFrames: true };
  }

  async openMicrophone(): Promise<MicrophoneAnswer> {
    this.done.push('microphone');
    return 'open';
  }

  async openLink(plan: LinkPlan): Promise<void> {
    this.plans.push(plan);
    this.done.push('open');
    if (plan.offers) this.#describe(plan.linkId, 'offer');
  }

  async takeDescription(linkId: string, { sdp, type }: SessionDescription): Promise<void> {
    this.done.push(type);
    this.taken.push(sdp);
    if (type === 'offer') this.#describe(linkId, 'answer');
    const presented = certificates.get(/fingerprint:sha-256 (\S+)/.exec(sdp)?.[1] ?? '');
    const certificate = this.meets ?? presented ?? new Uint8Array();
    this.#tell({ type: 'secured', linkId, certificate, tls: this.tls });
    this.#tell({ type: 'link', linkId, state: 'connected' });
  }

  async takeCandidates(_linkId: string, candidates: readonly LinkCandidate[]): Promise<void> {
    this.done.push('candidates');
    this.taken.push(...candidates.map(({ candidate }) => candidate));
  }

  async hear(): Promise<void> {
    this.done.push('hear');
  }

  async setMuted(): Promise<void> {
    this.done.push('mute');
  }

  async restart(linkId: string): Promise<void> {
    this.done.push('restart');
    this.#describe(linkId, 'offer');
  }

  async closeLink(): Promise<void> {
    // nothing was open
  }

  async end(): Promise<void> {
    this.done.push('end');
  }

  /** The browser wants other paths: a new offer, without candidates. */
  offersAgain(): void {
    this.#tell({ type: 'description', linkId: this.plans[0]!.linkId, description: this.#written('offer') });
  }

  #describe(linkId: string, type: 'offer' | 'answer'): void {
    this.#tell({ type: 'description', linkId, description: this.#written(type) });
    this.#tell({ type: 'candidates', linkId, candidates: CANDIDATES });
  }

  /** A description as browsers write it, with the fingerprint of the certificate and the address of the machine. */
  #written(type: 'offer' | 'answer'): SessionDescription {
    const fingerprint = hashOf(this.#certificate).toString('hex').toUpperCase().match(/../g)!.join(':');
    certificates.set(fingerprint, this.#certificate);
    const lines = [
      'v=0',
      `o=- 1 2 IN IP4 ${OWN_ADDRESS}`,
      's=-',
      't=0 0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      `c=IN IP4 ${OWN_ADDRESS}`,
      `a=${HOST}`,
      'a=rtpmap:111 opus/48000/2',
      `a=fingerprint:sha-256 ${fingerprint}`,
      'a=setup:actpass',
      'a=mid:0',
      ...this.lines,
      '',
    ];
    return { type, sdp: lines.join('\r\n') };
  }

  #tell(happening: MediaHappening): void {
    void this.#person.messenger.mediaHappened(happening);
  }
}

const hashOf = (certificate: Uint8Array) => createHash('sha256').update(certificate).digest();
