import { createHash } from 'node:crypto';
import { fromBase64Url } from '@secureconnect/contracts/encoding';
import { BundlesLookupAnswer } from '@secureconnect/contracts/internal';
import type { UserId } from '@secureconnect/contracts/ids';
import { bundleHashPreimage, readBundle, type Bundle } from '@secureconnect/contracts/signed/bundle';
import { sameBytes, SignedFormatError, type Bytes, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import type { MemberKeys } from '@secureconnect/contracts/signed/group-entry';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { labelled } from '@secureconnect/contracts/signed/labels';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';

export function sha256(preimage: Uint8Array): Bytes32 {
  return Uint8Array.from(createHash('sha256').update(preimage).digest()) as Bytes32;
}

/** The account keys of one bundle, with the names that a group's log calls them by. */
export interface NamedKeys extends MemberKeys {
  readonly ed25519: Bundle['ed25519'];
  readonly mldsa65: Bundle['mldsa65'];
}

export interface BundleName {
  readonly userId: UserId;
  readonly bundleVer: number;
}

const REMEMBERED_MAX = 5_000;

/**
 * Account keys as auth's directory has them. A bundle of one user and version never changes, and whoever asks compares its hash with
 * the one that was signed: what is remembered need not be asked for again.
 */
export class Bundles {
  readonly #known = new Map<string, NamedKeys>();

  constructor(private readonly ask: (wanted: readonly BundleName[]) => Promise<BundlesLookupAnswer['bundles']>) {}

  /** null in the place of what auth does not know. @throws PeerUnavailable while auth cannot answer */
  async named(wanted: readonly BundleName[]): Promise<(NamedKeys | null)[]> {
    const found = new Map<string, NamedKeys>();
    const missing = wanted.filter((name) => {
      const keys = this.#known.get(nameOf(name));
      if (keys !== undefined) found.set(nameOf(name), keys);
      return keys === undefined;
    });
    if (missing.length > 0) {
      for (const { userId, bundleVer, bundle } of await this.ask(missing)) {
        const keys = readKeys(fromBase64Url(bundle), { userId, bundleVer });
        if (keys === null) continue;
        found.set(nameOf({ userId, bundleVer }), keys);
        if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
        this.#known.set(nameOf({ userId, bundleVer }), keys);
      }
    }
    return wanted.map((name) => found.get(nameOf(name)) ?? null);
  }
}

/** Asks auth on its internal port. */
export function bundlesByHttp(http: InternalHttp): Bundles {
  return new Bundles(async (wanted) => {
    const answer = await http.call({
      peer: 'auth',
      path: '/internal/users/bundles',
      body: { wanted },
      answer: BundlesLookupAnswer,
    });
    return answer.bundles;
  });
}

/** Whether the log calls these keys by their right names. */
export function areKeys(keys: NamedKeys | null, named: MemberKeys): keys is NamedKeys {
  return (
    keys !== null &&
    keys.bundleVer === named.bundleVer &&
    sameBytes(keys.pin, named.pin) &&
    sameBytes(keys.bundleHash, named.bundleHash)
  );
}

function readKeys(bytes: Bytes, name: BundleName): NamedKeys | null {
  let bundle: Bundle;
  try {
    bundle = readBundle(bytes);
  } catch (error) {
    if (error instanceof SignedFormatError) return null;
    throw error;
  }
  if (idToHex(bundle.userId) !== name.userId || bundle.bundleVer !== name.bundleVer) return null;
  const { ed25519, mldsa65, bundleVer } = bundle;
  return {
    // Copies: a view would keep the whole bundle.
    ed25519: Uint8Array.from(ed25519) as Bundle['ed25519'],
    mldsa65: Uint8Array.from(mldsa65) as Bundle['mldsa65'],
    bundleVer,
    pin: sha256(labelled('pin', ed25519, mldsa65)),
    bundleHash: sha256(bundleHashPreimage(bundle.bytes)),
  };
}

function nameOf({ userId, bundleVer }: BundleName): string {
  return `${userId} ${String(bundleVer)}`;
}
