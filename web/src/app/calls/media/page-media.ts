import type {
  LinkCandidate,
  LinkPlan,
  MediaHappening,
  MediaPort,
  MediaReady,
  MicrophoneAnswer,
  SessionDescription,
} from '../../keyring/call-views';
import { Microphone } from './microphone';
import { PeerLink } from './peer-link';

export interface PageMediaHost {
  readonly tell: (happening: MediaHappening) => void;
  /** Makes what seals and opens the frames of a link; null where the browser cannot. */
  readonly transform: ((linkId: string, side: 'send' | 'receive') => RTCRtpScriptTransform) | null;
  /** The devices that the person chose; empty for the system's own. */
  readonly microphoneId: () => string;
  readonly speakerId: () => string;
}

/** The page's part of a call: carries out what the messenger in its Worker decides. One call at a time. */
export class PageMedia implements MediaPort {
  readonly microphone = new Microphone();
  readonly #host: PageMediaHost;
  readonly #links = new Map<string, PeerLink>();
  #certificate: RTCCertificate | null = null;

  constructor(host: PageMediaHost) {
    this.#host = host;
  }

  links(): readonly PeerLink[] {
    return [...this.#links.values()];
  }

  isInSight(): Promise<boolean> {
    return Promise.resolve(document.visibilityState === 'visible');
  }

  async prepare(): Promise<MediaReady> {
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    this.#certificate = await RTCPeerConnection.generateCertificate(curve);
    const { value = '' } =
      this.#certificate.getFingerprints().find(({ algorithm }) => algorithm?.toLowerCase() === 'sha-256') ?? {};
    return { fingerprint: base64UrlOf(value), sealsFrames: this.#host.transform !== null };
  }

  async openMicrophone(): Promise<MicrophoneAnswer> {
    return this.microphone.open(this.#host.microphoneId());
  }

  async openLink(plan: LinkPlan): Promise<void> {
    if (this.#certificate === null || this.#links.has(plan.linkId)) return;
    const link = new PeerLink(plan, {
      certificate: this.#certificate,
      microphone: () => this.microphone.track,
      tell: this.#host.tell,
      transform: plan.sealsFrames ? this.#host.transform : null,
    });
    this.#links.set(plan.linkId, link);
    if (this.#host.speakerId() !== '') await link.playAt(this.#host.speakerId()).catch(() => undefined);
  }

  async takeDescription(linkId: string, description: SessionDescription): Promise<void> {
    try {
      await this.#links.get(linkId)?.takeDescription(description);
    } catch {
      this.#host.tell({ type: 'link', linkId, state: 'failed' });
    }
  }

  async takeCandidates(linkId: string, candidates: readonly LinkCandidate[]): Promise<void> {
    await this.#links.get(linkId)?.takeCandidates(candidates);
  }

  async hear(linkId: string): Promise<void> {
    await this.#links.get(linkId)?.hear();
  }

  async setMuted(muted: boolean): Promise<void> {
    this.microphone.mute(muted);
  }

  async restart(linkId: string, relayOnly: boolean): Promise<void> {
    this.#links.get(linkId)?.restart(relayOnly);
  }

  async closeLink(linkId: string): Promise<void> {
    this.#links.get(linkId)?.close();
    this.#links.delete(linkId);
  }

  async end(): Promise<void> {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
    this.microphone.close();
    this.#certificate = null;
  }

  /** Another microphone while one talks: the links carry the new one from now on. */
  async changeMicrophone(): Promise<MicrophoneAnswer> {
    const answer = await this.openMicrophone();
    if (answer === 'open') await Promise.all(this.links().map((link) => link.carryMicrophone()));
    return answer;
  }

  async changeSpeaker(): Promise<void> {
    await Promise.all(this.links().map((link) => link.playAt(this.#host.speakerId()).catch(() => undefined)));
  }
}

/** @param fingerprint - pairs of hex digits between colons, as browsers write it */
export function base64UrlOf(fingerprint: string): string {
  const bytes = fingerprint.split(':').map((pair) => Number.parseInt(pair, 16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
