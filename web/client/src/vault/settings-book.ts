import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { DeviceId } from '@secureconnect/contracts/ids';
import {
  mergeSettings,
  NO_SETTINGS,
  readSettingsShard,
  writeSettings,
  type Settings,
} from '@secureconnect/crypto/vault/settings';
import type { SealedStore } from '../storage/sealed-store.js';
import type { VaultKeeper } from './vault-keeper.js';

/** Changes that come close together are one write; and no two writes come closer than this. */
const WRITE_AFTER_MS = 4_000;

export interface SettingsParts {
  readonly vault: VaultKeeper;
  readonly store: SealedStore;
  readonly deviceId: DeviceId;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
  /** Something is decided otherwise than before, here or on another device. */
  readonly changed: () => void;
}

/** Table `meta`, key ['settings']: what this device has decided, as the items that the vault will hold. */
interface SettingsRecord {
  readonly shards: readonly string[];
}

const KEY = ['settings'] as const;

/**
 * What all devices of the account agree on (vault items 7): whom the person accepts and blocks, what was read, what is told. A decision counts
 * at once and is durable here; the vault follows, a few seconds later, when the server answers.
 */
export class SettingsBook {
  readonly #parts: SettingsParts;
  #here: Settings = NO_SETTINGS;
  #writing = false;
  #merged: { readonly vault: Settings; readonly here: Settings; readonly both: Settings } | null = null;

  constructor(parts: SettingsParts) {
    this.#parts = parts;
  }

  /** Reads what a former run has decided, or another tab. */
  async load(): Promise<void> {
    const record = await this.#parts.store.get<SettingsRecord>('meta', KEY);
    this.#here = mergeSettings(this.#here, record ? fromRecord(record.value) : NO_SETTINGS);
  }

  get current(): Settings {
    const { settings } = this.#parts.vault;
    if (this.#merged?.vault !== settings || this.#merged.here !== this.#here) {
      this.#merged = { vault: settings, here: this.#here, both: mergeSettings(settings, this.#here) };
    }
    return this.#merged.both;
  }

  /**
   * @param step - gives the settings as they shall be, from those that are; the device's id goes into what is versioned
   * @param isKnown - whoever changes it sees to all that follows from it
   */
  async change(step: (settings: Settings, deviceId: DeviceId) => Settings, isKnown = false): Promise<void> {
    const { deviceId, store } = this.#parts;
    const wanted = step(this.current, deviceId);
    await store.update<SettingsRecord>('meta', KEY, (before) => {
      const here = before ? mergeSettings(fromRecord(before), wanted) : wanted;
      return { shards: writeSettings(here).map(({ content }) => toBase64Url(content)) };
    });
    this.#here = mergeSettings(this.#here, wanted);
    if (!isKnown) this.#parts.changed();
    this.#flushSoon();
  }

  /** Writes what waits into the vault. @throws Refusal; what waits goes on waiting */
  async flush(): Promise<void> {
    await this.#parts.vault.write(({ settings: held }) => {
      const settings = mergeSettings(held, this.#here);
      return isSame(held, settings) ? null : { settings };
    });
  }

  #flushSoon(): void {
    if (this.#writing) return;
    this.#writing = true;
    const { background, pause } = this.#parts;
    background(async () => {
      await pause(WRITE_AFTER_MS);
      this.#writing = false;
      await this.flush();
    });
  }
}

function fromRecord({ shards }: SettingsRecord): Settings {
  return shards.map((shard) => readSettingsShard(fromBase64Url(shard)).settings).reduce(mergeSettings, NO_SETTINGS);
}

function isSame(a: Settings, b: Settings): boolean {
  const text = (settings: Settings) =>
    writeSettings(settings)
      .map(({ content }) => toBase64Url(content))
      .join();
  return text(a) === text(b);
}
