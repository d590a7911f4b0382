import type { Roster } from '../conversations/roster.js';
import type { MessengerDeps } from '../deps.js';
import type { Outbox } from '../outbox/outbox.js';
import type { EventHub } from '../event-hub.js';
import type { LaneParts } from '../outbox/sealing-lane.js';
import { Refusal } from '../refusal.js';
import type { Access } from '../session/access.js';
import type { Opener } from '../sync/opener.js';
import type { SettingsBook } from '../vault/settings-book.js';
import { CallProofs } from './call-proofs.js';
import { CallSignaling } from './call-signaling.js';
import { Calls } from './calls.js';
import { HeardInvites } from './heard-invites.js';
import { readRelayHosts } from './ice-servers.js';
import { PastCalls } from './past-calls.js';
import { SignalingConnection } from './signaling-connection.js';

export interface CallingParts extends LaneParts {
  readonly deps: MessengerDeps;
  readonly events: EventHub;
  readonly opener: Opener;
  readonly account: {
    readonly access: Access;
    readonly outbox: Outbox;
    readonly roster: Roster;
    readonly settings: SettingsBook;
  };
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
  readonly isStopped: () => boolean;
}

/** Everything of an account that is about calls: its socket, what it says there, and the call itself. */
export class Calling {
  readonly connection: SignalingConnection;
  readonly calls: Calls;
  readonly #past: PastCalls;

  constructor(parts: CallingParts) {
    const { account, background, deps, directory, events, isStopped } = parts;
    const { outbox, roster } = account;
    this.#past = new PastCalls({ ...parts, outbox });
    this.connection = new SignalingConnection(deps, events, {
      admit: (renew) => account.access.ensure(renew),
      signedIn: () => !isStopped(),
      connected: () => this.calls.reconnected(),
      // the messenger's other socket hears of it too, and tells
      ending: () => undefined,
      signal: (arrived) => background(() => this.calls.arrived(arrived)),
      moved: () => undefined,
    });
    const proofs = new CallProofs({
      ...parts,
      pinOf: async (userId) => {
        const { accepted } = await directory.entry(userId);
        if (accepted === null) throw new Refusal('peer-identity-refused');
        return accepted.identity.pin;
      },
    });
    const signaling = new CallSignaling({ ...parts, roster, connection: this.connection });
    this.calls = new Calls({
      ...parts,
      invites: new HeardInvites(parts),
      membersOf: async (conversationId) => {
        const { members, ownRole } = await parts.groups.view(conversationId);
        return ownRole === null ? [] : members.map(({ peer: { userId, username } }) => ({ userId, username }));
      },
      roster,
      proofs,
      signaling,
      settings: () => account.settings.current,
      server: this.connection,
      relayHosts: async () => {
        const { relays, signalingSocket } = deps.endpoints;
        return [new URL(signalingSocket).hostname, ...(await readRelayHosts(deps.fetch, relays))];
      },
    });
  }

  /** A page carries calls from now on: only now can this device be rung. */
  attach(...[port, frames]: Parameters<Calls['attach']>): void {
    this.calls.attach(port, frames);
    this.connection.start();
  }

  stop(): void {
    this.#past.stop();
    this.calls.stop();
    this.connection.stop();
  }
}
