import { createHash, randomBytes } from 'node:crypto';
import type { FrameOrder } from '../../src/calls/frame-orders.js';
import type { Person } from '../person.js';
import type { LinkPlan, MediaHappening, MediaPort, MediaReady, MicrophoneAnswer } from '../../src/calls/media-port.js';

const PAIR = /(..)(?!$)/g;

/** A description as browsers write it, with the fingerprint of a certificate. */
export const sdpOf = (der: Uint8Array): string =>
  [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=rtpmap:111 opus/48000/2',
    `a=fingerprint:sha-256 ${createHash('sha256').update(der).digest('hex').toUpperCase().replace(PAIR, '$1:')}`,
    'a=setup:actpass',
    'a=mid:0',
    '',
  ].join('\r\n');

/** A page without a browser: links that find each other by what their messengers carry, and notes of everything that was done. */
export class FakeMedia implements MediaPort {
  readonly done: string[] = [];
  readonly plans: LinkPlan[] = [];
  microphone: MicrophoneAnswer = 'open';
  inSight = true;
  /** What the other side is shown instead of the certificate that was signed. */
  presents: Uint8Array | null = null;
  sealsFrames = false;
  tls = 'FEFD';
  der: Uint8Array = randomBytes(64);
  tell: (happening: MediaHappening) => void = () => undefined;

  /** A page carries calls for this person from now on. */
  static async of(person: Person): Promise<FakeMedia> {
    const media = new FakeMedia();
    media.tell = (happening) => void person.messenger.mediaHappened(happening);
    await person.messenger.attachMedia(media, null);
    return media;
  }

  /** The page can seal frames from now on. @returns the orders that its Worker gets */
  async sealing(person: Person): Promise<FrameOrder[]> {
    const orders: FrameOrder[] = [];
    this.sealsFrames = true;
    const way = { postMessage: (order: FrameOrder) => void orders.push(structuredClone(order)) };
    await person.messenger.attachMedia(this, way as unknown as MessagePort);
    return orders;
  }

  async isInSight(): Promise<boolean> {
    return this.inSight;
  }

  async prepare(): Promise<MediaReady> {
    this.done.push('prepare');
    this.der = randomBytes(64);
    const fingerprint = createHash('sha256').update(this.der).digest('base64url');
    return { fingerprint, sealsFrames: this.sealsFrames };
  }

  async openMicrophone(): Promise<MicrophoneAnswer> {
    this.done.push('microphone');
    return this.microphone;
  }

  async openLink(plan: LinkPlan): Promise<void> {
    this.plans.push(plan);
    this.done.push('open');
    if (plan.offers) this.#describe(plan.linkId, 'offer');
  }

  async takeDescription(linkId: string, { type, sdp }: { type: 'offer' | 'answer'; sdp: string }): Promise<void> {
    this.done.push(type);
    if (type === 'offer') this.#describe(linkId, 'answer');
    // what the other browser presents: the fake puts it where a page would find it
    const certificate = presented.get(/fingerprint:sha-256 (\S+)/.exec(sdp)![1]!) ?? new Uint8Array();
    this.tell({ type: 'secured', linkId, certificate, tls: this.tls });
    this.tell({ type: 'link', linkId, state: 'connected' });
  }

  async takeCandidates(_linkId: string, candidates: readonly unknown[]): Promise<void> {
    this.done.push(`candidates ${candidates.length}`);
  }

  async hear(): Promise<void> {
    this.done.push('hear');
  }

  async setMuted(muted: boolean): Promise<void> {
    this.done.push(muted ? 'mute' : 'unmute');
  }

  async restart(linkId: string, relayOnly: boolean): Promise<void> {
    this.done.push(relayOnly ? 'restart relayed' : 'restart');
    this.#describe(linkId, 'offer');
  }

  async closeLink(): Promise<void> {
    this.done.push('close');
  }

  async end(): Promise<void> {
    this.done.push('end');
  }

  #describe(linkId: string, type: 'offer' | 'answer'): void {
    const sdp = sdpOf(this.der);
    presented.set(/fingerprint:sha-256 (\S+)/.exec(sdp)![1]!, this.presents ?? this.der);
    this.tell({ type: 'description', linkId, description: { type, sdp } });
    this.tell({ type: 'candidates', linkId, candidates: CANDIDATES });
  }
}

const presented = new Map<string, Uint8Array>();

/** One of this machine and one of a relay. */
const CANDIDATES = [
  { candidate: 'candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host', sdpMid: '0', sdpMLineIndex: 0 },
  {
    candidate: 'candidate:2 1 udp 41885439 198.51.100.9 60000 typ relay raddr 192.0.2.7 rport 50000',
    sdpMid: '0',
    sdpMLineIndex: 0,
  },
];
