/** A server that helps two links find each other; `credential` lives ten minutes. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** What a link is made with. */
export interface LinkPlan {
  /** Names the link on this device. */
  readonly linkId: string;
  /** Makes the first offer. */
  readonly offers: boolean;
  /** Gives way when both offer at once. */
  readonly polite: boolean;
  /** No address of this device leaves it: relays only (THREATS 90). */
  readonly relayOnly: boolean;
  /** Both browsers can: every frame is sealed under keys of this call. */
  readonly sealsFrames: boolean;
  readonly iceServers: readonly IceServer[];
}

export interface SessionDescription {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export interface LinkCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** SHA-256 of the certificate that every link of a call presents, base64url; and whether frames can be sealed here. */
export interface MediaReady {
  readonly fingerprint: string;
  /** False where the browser has no RTCRtpScriptTransform: calls run on DTLS-SRTP alone, and say so. */
  readonly sealsFrames: boolean;
}

export type MicrophoneAnswer = 'open' | 'refused' | 'missing';

/**
 * What only a page has: RTCPeerConnection and the microphone. The messenger decides, the port carries out. Plain data in both directions,
 * so that the port can stand on the other side of a Worker.
 */
export interface MediaPort {
  /** Whether the page is in sight: of several tabs, one that is rings first. */
  isInSight(): Promise<boolean>;
  /** A fresh certificate for a call. Opens no microphone and gathers no address. */
  prepare(callId: string): Promise<MediaReady>;
  /** Asks for the microphone. Called only after the person here began or accepted the call (THREATS 88). */
  openMicrophone(): Promise<MicrophoneAnswer>;
  openLink(plan: LinkPlan): Promise<void>;
  /** A description that the other side has signed. Refused ones end in `failed`. */
  takeDescription(linkId: string, description: SessionDescription): Promise<void>;
  takeCandidates(linkId: string, candidates: readonly LinkCandidate[]): Promise<void>;
  /** Only from now on is sound sent and heard on this link: its certificate was compared (THREATS 85). */
  hear(linkId: string): Promise<void>;
  /** The track is disabled: what goes out is silence. */
  setMuted(muted: boolean): Promise<void>;
  /** New paths, new candidates; `relayOnly`: through relays from now on. */
  restart(linkId: string, relayOnly: boolean): Promise<void>;
  closeLink(linkId: string): Promise<void>;
  /** Every link is closed, the microphone is let go, the certificate is forgotten. */
  end(): Promise<void>;
}

/** What the page tells of its links. */
export type MediaHappening =
  | { readonly type: 'description'; readonly linkId: string; readonly description: SessionDescription }
  | { readonly type: 'candidates'; readonly linkId: string; readonly candidates: readonly LinkCandidate[] }
  /** DTLS is up: `certificate` is what the other side really presented (DER), `tls` the version as the browser says it (FEFD: 1.2, FEFC: 1.3). */
  | { readonly type: 'secured'; readonly linkId: string; readonly certificate: Uint8Array; readonly tls: string }
  | { readonly type: 'link'; readonly linkId: string; readonly state: LinkState };

export type LinkState = 'connected' | 'disconnected' | 'failed';
