import type { BundlesLookup } from '@secureconnect/contracts/internal';
import type { UserId } from '@secureconnect/contracts/ids';
import type { Store } from '@secureconnect/platform/store/store';

export interface NamedBundle {
  readonly userId: UserId;
  readonly bundleVer: number;
  readonly bytes: Buffer<ArrayBuffer>;
}

/** Bundles by user and version, for other services. */
export class BundleRows {
  readonly #bytes;

  constructor(store: Store) {
    this.#bytes = store.reader
      .prepare<[string, number], Buffer<ArrayBuffer>>('SELECT bytes FROM bundle WHERE user_id = ? AND bundle_ver = ?')
      .pluck();
  }

  /** Those that there are, each once. */
  named(wanted: BundlesLookup['wanted']): NamedBundle[] {
    const once = new Map(wanted.map((name) => [`${name.userId} ${String(name.bundleVer)}`, name]));
    return [...once.values()].flatMap(({ userId, bundleVer }) => {
      const bytes = this.#bytes.get(userId, bundleVer);
      return bytes === undefined ? [] : [{ userId, bundleVer, bytes }];
    });
  }
}
