import { computed, inject, Injectable, signal } from '@angular/core';

import { Keyring } from './keyring';
import type { Outcome, Self, SessionState, SessionStep } from './views';

/** Who uses this page. `restoring` until the Worker has looked for the session of before the reload. */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly #keyring = inject(Keyring);
  readonly #state = signal<SessionState | { readonly state: 'restoring' }>({ state: 'restoring' });
  readonly #steps = signal<readonly SessionStep[]>([]);
  #restored: Promise<void> | undefined;

  readonly state = this.#state.asReadonly();
  /** Steps of the sign-up or log-in under way, in the order in which they began. */
  readonly steps = this.#steps.asReadonly();
  readonly self = computed(() => {
    const state = this.#state();
    return state.state === 'signed-in' ? state.self : null;
  });
  readonly endedBy = computed(() => {
    const state = this.#state();
    return state.state === 'signed-out' ? state.endedBy : null;
  });

  /** With an `endedBy` of `banned`: why, and until when, as far as the server has said it. */
  readonly ban = computed(() => {
    const state = this.#state();
    return state.state === 'signed-out' ? (state.ban ?? null) : null;
  });

  constructor() {
    this.#keyring.on('session', ({ session }) => this.#state.set(session));
    this.#keyring.on('step', ({ step }) =>
      this.#steps.update((steps) => (steps.includes(step) ? steps : [...steps, step])),
    );
  }

  /** Resolves when the session of before the reload has been looked for; asking again costs nothing. */
  restored(): Promise<void> {
    this.#restored ??= this.#restore();
    return this.#restored;
  }

  register(input: {
    readonly username: string;
    readonly password: string;
    readonly email: string | null;
  }): Promise<Outcome<Self>> {
    return this.#enter(this.#keyring.remote.register(input));
  }

  /** `startedFresh`: the person knows that the account was started fresh, and that what this device kept of it goes. */
  logIn(input: {
    readonly username: string;
    readonly password: string;
    readonly startedFresh?: boolean;
  }): Promise<Outcome<Self>> {
    return this.#enter(this.#keyring.remote.logIn(input));
  }

  /** Opens the account with the recovery key, and sets a new password. */
  recover(input: {
    readonly username: string;
    readonly recoveryKey: string;
    readonly newPassword: string;
  }): Promise<Outcome<Self>> {
    return this.#enter(this.#keyring.remote.recover(input));
  }

  /** New keys under the same name; what was sealed for the old ones is lost. */
  startFresh(input: {
    readonly username: string;
    readonly proof: { readonly password: string } | { readonly code: string };
    readonly newPassword: string;
  }): Promise<Outcome<Self>> {
    return this.#enter(this.#keyring.remote.startFresh(input));
  }

  async logOut(): Promise<void> {
    await this.#keyring.remote.logOut();
    this.#state.set({ state: 'signed-out', endedBy: 'you' });
  }

  /** How many messages wait in the outbox and would be lost. */
  unsent(): Promise<number> {
    return this.#keyring.remote.unsent();
  }

  /** Makes this account the first admin, with the token that the operator's terminal shows. */
  async claimAdmin(token: string): Promise<Outcome<Self>> {
    return this.#adopt(await this.#keyring.remote.claimAdmin(token));
  }

  async #restore(): Promise<void> {
    this.#state.set(await this.#keyring.remote.restore());
  }

  async #enter(attempt: Promise<Outcome<Self>>): Promise<Outcome<Self>> {
    this.#steps.set([]);
    const outcome = this.#adopt(await attempt);
    // Keys and messages are here from now on: the browser is asked not to throw them away when its disk gets full.
    if (outcome.ok && isSecureContext) void navigator.storage.persist().catch(() => false);
    return outcome;
  }

  #adopt(outcome: Outcome<Self>): Outcome<Self> {
    if (outcome.ok) this.#state.set({ state: 'signed-in', self: outcome.value });
    return outcome;
  }
}
