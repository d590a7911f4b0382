import type { LinkCandidate, LinkPlan, MediaHappening, SessionDescription } from '../../keyring/call-views';
import { CALM_VOICE_BITS, isVoiceOnly, VOICE_BITS, withOpusChoices } from './opus';
import { whatWasPresented } from './presented-certificate';

/** Candidates found within so many milliseconds travel together: each signal is sealed for itself. */
const GATHER_MS = 30;

export interface LinkHost {
  readonly certificate: RTCCertificate;
  /** The own voice; null while there is none. */
  readonly microphone: () => MediaStreamTrack | null;
  readonly tell: (happening: MediaHappening) => void;
  /** Seals what is sent and opens what is received; null where the browser cannot. */
  readonly transform: ((linkId: string, side: 'send' | 'receive') => RTCRtpScriptTransform) | null;
}

/**
 * One connection with one device of somebody else, by perfect negotiation. Nothing is sent and nothing is heard before {@link hear}:
 * until then the connection carries no track of the microphone, and what comes is attached to nothing.
 */
export class PeerLink {
  readonly connection: RTCPeerConnection;
  readonly #host: LinkHost;
  readonly #plan: LinkPlan;
  readonly #player = new Audio();
  #remote: MediaStreamTrack | null = null;
  #isHeard = false;
  #isOffering = false;
  #isIgnoring = false;
  #isSecured = false;
  #found: LinkCandidate[] = [];
  #early: LinkCandidate[] = [];
  #relayOnly: boolean;

  constructor(plan: LinkPlan, host: LinkHost) {
    this.#host = host;
    this.#plan = plan;
    this.#relayOnly = plan.relayOnly;
    this.connection = new RTCPeerConnection({
      iceServers: plan.iceServers.map(({ urls, ...rest }) => ({ urls: [...urls], ...rest })),
      iceTransportPolicy: plan.relayOnly ? 'relay' : 'all',
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      certificates: [host.certificate],
    });
    this.#player.autoplay = true;
    this.#listen();
    if (plan.offers) this.#dress(this.connection.addTransceiver('audio', { direction: 'sendrecv' }));
  }

  get linkId(): string {
    return this.#plan.linkId;
  }

  get isHeard(): boolean {
    return this.#isHeard;
  }

  async takeDescription(description: SessionDescription): Promise<void> {
    const { connection } = this;
    if (!isVoiceOnly(description.sdp)) {
      this.#host.tell({ type: 'link', linkId: this.linkId, state: 'failed' });
      return;
    }
    const collides = description.type === 'offer' && (this.#isOffering || connection.signalingState !== 'stable');
    this.#isIgnoring = collides && !this.#plan.polite;
    if (this.#isIgnoring) return;
    if (description.type === 'answer' && connection.signalingState !== 'have-local-offer') return;
    await connection.setRemoteDescription({ type: description.type, sdp: withOpusChoices(description.sdp) });
    for (const transceiver of connection.getTransceivers()) this.#dress(transceiver);
    for (const candidate of this.#early.splice(0)) await this.#add(candidate);
    if (description.type === 'answer') return;
    await connection.setLocalDescription();
    this.#describe();
  }

  async takeCandidates(candidates: readonly LinkCandidate[]): Promise<void> {
    for (const candidate of candidates) {
      if (this.connection.remoteDescription === null) this.#early.push(candidate);
      else await this.#add(candidate);
    }
  }

  async hear(): Promise<void> {
    this.#isHeard = true;
    this.#play();
    await this.carryMicrophone();
  }

  /** Sends the microphone of now: the first one, or another that the person chose. */
  async carryMicrophone(): Promise<void> {
    if (!this.#isHeard) return;
    await Promise.all(
      this.connection.getSenders().map((sender) => sender.replaceTrack(this.#host.microphone()).catch(() => undefined)),
    );
  }

  /** @param deviceId - of a loudspeaker; empty for the system's own */
  async playAt(deviceId: string): Promise<void> {
    await (this.#player as Partial<Pick<HTMLAudioElement, 'setSinkId'>>).setSinkId?.(deviceId);
  }

  restart(relayOnly: boolean): void {
    const { connection } = this;
    if (relayOnly && !this.#relayOnly) {
      this.#relayOnly = true;
      connection.setConfiguration({ ...connection.getConfiguration(), iceTransportPolicy: 'relay' });
    }
    connection.restartIce();
  }

  /** Fewer bits a second while the way out suffers. */
  async calm(isCalm: boolean): Promise<void> {
    for (const sender of this.connection.getSenders()) {
      const parameters = sender.getParameters();
      const [encoding] = parameters.encodings;
      if (encoding === undefined) continue;
      encoding.maxBitrate = isCalm ? CALM_VOICE_BITS : VOICE_BITS;
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }

  /** How loud the other side is now, 0 to 1. */
  level(): number {
    const [receiver] = this.connection.getReceivers();
    const [source] = receiver?.getSynchronizationSources() ?? [];
    return this.#isHeard ? (source?.audioLevel ?? 0) : 0;
  }

  close(): void {
    this.connection.close();
    this.#player.srcObject = null;
  }

  #listen(): void {
    const { connection } = this;
    const { linkId } = this;
    connection.onnegotiationneeded = () => void this.#offer();
    connection.onicecandidate = ({ candidate }) => this.#gather(candidate);
    connection.ontrack = ({ track }) => {
      this.#remote = track;
      this.#play();
    };
    connection.onconnectionstatechange = () => {
      const state = connection.connectionState;
      if (state === 'connected') void this.#secured();
      if (state === 'connected' || state === 'disconnected' || state === 'failed')
        this.#host.tell({ type: 'link', linkId, state });
    };
  }

  async #offer(): Promise<void> {
    if (this.connection.signalingState === 'closed') return;
    try {
      this.#isOffering = true;
      await this.connection.setLocalDescription();
      this.#describe();
    } catch {
      this.#host.tell({ type: 'link', linkId: this.linkId, state: 'failed' });
    } finally {
      this.#isOffering = false;
    }
  }

  #describe(): void {
    const description = this.connection.localDescription;
    if (description === null || (description.type !== 'offer' && description.type !== 'answer')) return;
    const { type, sdp } = description;
    this.#host.tell({ type: 'description', linkId: this.linkId, description: { type, sdp } });
  }

  #gather(found: RTCIceCandidate | null): void {
    if (found === null || found.candidate === '') return;
    if (this.#relayOnly && found.type !== 'relay') return;
    const { candidate, sdpMid, sdpMLineIndex } = found;
    this.#found.push({ candidate, sdpMid, sdpMLineIndex });
    if (this.#found.length > 1) return;
    setTimeout(() => {
      const candidates = this.#found.splice(0);
      if (this.connection.signalingState !== 'closed')
        this.#host.tell({ type: 'candidates', linkId: this.linkId, candidates });
    }, GATHER_MS);
  }

  async #add(candidate: LinkCandidate): Promise<void> {
    try {
      await this.connection.addIceCandidate({ ...candidate });
    } catch {
      // of an offer that was passed over, or of a path that is no more: the next ones count
    }
  }

  /** DTLS stands: tells what the other side really presented. Once; a new certificate would be another connection. */
  async #secured(): Promise<void> {
    if (this.#isSecured) return;
    this.#isSecured = true;
    const presented = await whatWasPresented(this.connection);
    if (presented !== null) this.#host.tell({ type: 'secured', linkId: this.linkId, ...presented });
  }

  /** Both directions, sealed where the browser can; also for a transceiver that the other side's offer made. */
  #dress(transceiver: RTCRtpTransceiver): void {
    if (transceiver.direction !== 'sendrecv') transceiver.direction = 'sendrecv';
    const { transform } = this.#host;
    if (transform === null) return;
    transceiver.sender.transform ??= transform(this.linkId, 'send');
    transceiver.receiver.transform ??= transform(this.linkId, 'receive');
  }

  #play(): void {
    if (!this.#isHeard || this.#remote === null) return;
    this.#player.srcObject = new MediaStream([this.#remote]);
    void this.#player.play().catch(() => undefined);
  }
}
