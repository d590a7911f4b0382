import { computed, effect, inject, Injectable, signal } from '@angular/core';

import { Calls } from '../keyring/calls';
import { Session } from '../keyring/session';
import { CallPreferences } from '../platform/call-preferences';
import { LevelMeter } from './media/level-meter';
import { PageMedia } from './media/page-media';
import { type Quality, qualityOf, wantsCalm } from './media/quality';

const LOOK_EVERY_MS = 1_000;
const LEVEL_EVERY_MS = 120;
/** As many looks as the picture over time shows. */
export const HISTORY = 60;

/** One link's figures, now and over the last minute. */
export interface LinkQuality {
  readonly now: Quality;
  /** Milliseconds there and back, oldest first; null where nothing came. */
  readonly roundTrips: readonly (number | null)[];
}

/** What the page does of a call: it carries out what the messenger decides, and measures. */
@Injectable({ providedIn: 'root' })
export class CallMedia {
  readonly #calls = inject(Calls);
  readonly #preferences = inject(CallPreferences);
  readonly #media = new PageMedia({
    tell: (happening) => this.#calls.happened(happening),
    transform: this.#transform(),
    microphoneId: () => this.#preferences.microphoneId(),
    speakerId: () => this.#preferences.speakerId(),
  });
  readonly #own = new LevelMeter();
  readonly #quality = signal<ReadonlyMap<string, LinkQuality>>(new Map());
  readonly #levels = signal<ReadonlyMap<string, number>>(new Map());
  readonly #ownLevel = signal(0);
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #calm = new Map<string, boolean>();

  /** By link. */
  readonly quality = this.#quality.asReadonly();
  /** How loud each link is, 0 to 1. */
  readonly levels = this.#levels.asReadonly();
  /** How loud the own microphone is, also while it is muted nothing. */
  readonly ownLevel = this.#ownLevel.asReadonly();
  readonly isLive = computed(() => {
    const phase = this.#calls.call()?.phase;
    return phase === 'connected' || phase === 'reconnecting';
  });

  constructor() {
    const session = inject(Session);
    const userId = computed(() => session.self()?.userId ?? null);
    effect(() => {
      if (userId() === null) void this.#media.end();
      else void this.#calls.attach(this.#media);
    });
    effect((onCleanup) => {
      if (!this.isLive()) return;
      const looking = setInterval(() => void this.#look(), LOOK_EVERY_MS);
      const listening = setInterval(() => this.#listen(), LEVEL_EVERY_MS);
      const awake = stayAwake();
      onCleanup(() => {
        clearInterval(looking);
        clearInterval(listening);
        this.#own.close();
        this.#quality.set(new Map());
        this.#levels.set(new Map());
        this.#ownLevel.set(0);
        void awake.then((lock) => lock?.release());
      });
    });
  }

  /** @returns false where it could not be opened: the one before goes on */
  async chooseMicrophone(deviceId: string): Promise<boolean> {
    const before = this.#preferences.microphoneId();
    this.#preferences.setMicrophone(deviceId);
    if (!this.isLive()) return true;
    const answer = await this.#media.changeMicrophone();
    if (answer !== 'open') this.#preferences.setMicrophone(before);
    return answer === 'open';
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    this.#preferences.setSpeaker(deviceId);
    await this.#media.changeSpeaker();
  }

  async #look(): Promise<void> {
    const seen = new Map<string, LinkQuality>();
    for (const link of this.#media.links()) {
      const reports = await link.connection.getStats().catch(() => null);
      if (reports === null) continue;
      const counters = this.#counters.get(link.linkId) ?? new Map<string, number>();
      this.#counters.set(link.linkId, counters);
      const now = qualityOf((reports as unknown as Map<string, never>).values(), counters);
      const before = this.#quality().get(link.linkId)?.roundTrips ?? [];
      seen.set(link.linkId, { now, roundTrips: [...before, now.roundTripMs].slice(-HISTORY) });
      const wasCalm = this.#calm.get(link.linkId) ?? false;
      const isCalm = wantsCalm(now.lossOut, wasCalm);
      this.#calm.set(link.linkId, isCalm);
      if (isCalm !== wasCalm) await link.calm(isCalm);
    }
    if (this.isLive()) this.#quality.set(seen);
  }

  #listen(): void {
    this.#levels.set(new Map(this.#media.links().map((link) => [link.linkId, link.level()])));
    this.#ownLevel.set(this.#own.level(this.#media.microphone.stream));
  }

  #transform(): ((linkId: string, side: 'send' | 'receive') => RTCRtpScriptTransform) | null {
    if (!this.#calls.sealsFrames) return null;
    return (linkId, side) => new RTCRtpScriptTransform(this.#calls.framesWorker(), { linkId, side });
  }
}

/** The screen stays on while one talks, where the browser can do that. */
async function stayAwake(): Promise<WakeLockSentinel | null> {
  try {
    return (await (navigator as Partial<Navigator>).wakeLock?.request('screen')) ?? null;
  } catch {
    return null;
  }
}
