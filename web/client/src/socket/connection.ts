import { MESSAGING_SOCKET_PATH, type MessengerDeps } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import { LiveSocket } from './live-socket.js';
import {
  ANSWER_SCHEMAS,
  EVENT_SCHEMAS,
  isEventName,
  type CommandBody,
  type CommandName,
  type EventBody,
  type EventHandlers,
  type GoodAnswer,
} from './messaging-events.js';

export interface ConnectionHost {
  /** Makes sure that the access cookie is good for a handshake. @throws Refusal; one that ends the session also ends the loop */
  admit(renew: boolean): Promise<void>;
  /** Whether a session stands at all. */
  signedIn(): boolean;
  readonly handlers: EventHandlers;
  /** Runs at every connection. */
  connected(): void;
  /** The server says why it is about to cut the connection; whether the session is over, a refresh tells. */
  ending(reason: EventBody<'session:ended'>['reason']): void;
}

/** The one socket to the messaging gateway; its state is the messenger's. */
export class Connection extends LiveSocket {
  constructor(deps: MessengerDeps, events: EventHub, host: ConnectionHost) {
    const wire = {
      origin: deps.endpoints.messagingSocket,
      path: MESSAGING_SOCKET_PATH,
      events: EVENT_SCHEMAS,
      answers: ANSWER_SCHEMAS,
    };
    super(deps, events, wire, {
      admit: (renew) => host.admit(renew),
      signedIn: () => host.signedIn(),
      connected: () => host.connected(),
      ending: (reason) => host.ending(reason),
      arrived: (name, body) => {
        if (!isEventName(name) || name === 'session:welcome' || name === 'session:ended') return;
        (host.handlers[name] as ((body: unknown) => void) | undefined)?.(body);
      },
      became: (connection) => events.emit({ type: 'connection', connection }),
    });
  }

  /**
   * Sends a command and gives its good answer.
   * @throws Refusal the server's code; `offline` where there is no connection or no answer in time: the command may have been
   *   carried out all the same, and may be repeated safely
   */
  async command<Name extends CommandName>(name: Name, body: CommandBody<Name>): Promise<GoodAnswer<Name>> {
    return (await this.ask(name, body)) as GoodAnswer<Name>;
  }
}
