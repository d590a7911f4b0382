import type * as views from '@secureconnect/client/calls/call-views';
import type * as port from '@secureconnect/client/calls/media-port';

/** What the messenger shows of calls, and what it wants of the page that carries them. Plain data; none of it is a key. */
export type CallCode = views.CallCode;
export type CallEnd = views.CallEnd;
export type CallPerson = views.CallPerson;
export type CallPhase = views.CallPhase;
export type CallUnderway = views.CallUnderway;
export type CallView = views.CallView;
export type IceServer = port.IceServer;
export type LinkCandidate = port.LinkCandidate;
export type LinkPlan = port.LinkPlan;
export type LinkState = port.LinkState;
export type MediaHappening = port.MediaHappening;
export type MediaPort = port.MediaPort;
export type MediaReady = port.MediaReady;
export type MicrophoneAnswer = port.MicrophoneAnswer;
export type SessionDescription = port.SessionDescription;
