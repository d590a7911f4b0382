import {
  CallChanged,
  CallDoneOutcome,
  CallMembersOutcome,
  FindCallOutcome,
  StartCallOutcome,
  TurnCredentialsOutcome,
} from '@secureconnect/contracts/calls';
import { SessionEnded, SessionWelcome } from '@secureconnect/contracts/messaging';
import {
  SendSignalOutcome,
  SignalArrived,
  type SignalingCommands,
  type SignalingEvents,
} from '@secureconnect/contracts/signaling';
import type * as z from 'zod';
import { SIGNALING_SOCKET_PATH, type MessengerDeps } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import { LiveSocket, type LiveSocketHost } from '../socket/live-socket.js';

const EVENTS = {
  'session:welcome': SessionWelcome,
  'session:ended': SessionEnded,
  'signal:arrived': SignalArrived,
  'call:changed': CallChanged,
} as const satisfies Record<keyof SignalingEvents, z.ZodType>;

const ANSWERS = {
  'signal:send': SendSignalOutcome,
  'call:start': StartCallOutcome,
  'call:join': CallMembersOutcome,
  'call:find': FindCallOutcome,
  'call:connected': CallDoneOutcome,
  'call:alive': CallMembersOutcome,
  'call:leave': CallDoneOutcome,
  'turn:credentials': TurnCredentialsOutcome,
} as const satisfies Record<keyof SignalingCommands, z.ZodType>;

type CommandName = keyof SignalingCommands;
type GoodAnswer<Name extends CommandName> = Extract<z.infer<(typeof ANSWERS)[Name]>, { ok: true }>;

export interface SignalingHost extends Pick<LiveSocketHost, 'admit' | 'signedIn' | 'connected' | 'ending'> {
  signal(arrived: SignalArrived): void;
  moved(changed: CallChanged): void;
}

/** The socket to signaling: it stands as long as a page is there to carry calls, so that this device can be rung. */
export class SignalingConnection extends LiveSocket {
  constructor(deps: MessengerDeps, events: EventHub, host: SignalingHost) {
    const wire = {
      origin: deps.endpoints.signalingSocket,
      path: SIGNALING_SOCKET_PATH,
      events: EVENTS,
      answers: ANSWERS,
    };
    super(deps, events, wire, {
      admit: (renew) => host.admit(renew),
      signedIn: () => host.signedIn(),
      connected: () => host.connected(),
      ending: (reason) => host.ending(reason),
      arrived: (name, body) => {
        if (name === 'signal:arrived') host.signal(body as SignalArrived);
        if (name === 'call:changed') host.moved(body as CallChanged);
      },
      became: () => undefined,
    });
  }

  /** @throws Refusal the server's code; `offline` where there is no connection or no answer in time */
  async command<Name extends CommandName>(
    name: Name,
    body: Parameters<SignalingCommands[Name]>[0],
  ): Promise<GoodAnswer<Name>> {
    return (await this.ask(name, body)) as GoodAnswer<Name>;
  }
}
