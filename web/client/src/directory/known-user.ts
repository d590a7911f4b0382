import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { fromBase64Url } from '@secureconnect/contracts/encoding';
import { readDeviceCert, readRevocation } from '@secureconnect/contracts/signed/device';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import { supersededAtMs, verifyIdentity, type VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { verifyDevice, verifyRevocation, type VerifiedDevice } from '@secureconnect/crypto/identity/device';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { Refusal } from '../refusal.js';

/** Somebody's published identity after all its signatures were checked (PROTOCOL 4). */
export class KnownUser {
  readonly identity: VerifiedIdentity;
  readonly username: string;
  /** Those that verified, as they were published. */
  readonly revocations: readonly string[];
  readonly #primitives: Primitives;
  readonly #certs: ReadonlyMap<string, Uint8Array>;
  readonly #revokedAtMs: ReadonlyMap<string, number>;
  readonly #verified = new Map<string, Promise<VerifiedDevice | null>>();

  private constructor(
    primitives: Primitives,
    identity: VerifiedIdentity,
    username: string,
    certs: ReadonlyMap<string, Uint8Array>,
    revokedAtMs: ReadonlyMap<string, number>,
    revocations: readonly string[],
  ) {
    this.#primitives = primitives;
    this.identity = identity;
    this.username = username;
    this.#certs = certs;
    this.#revokedAtMs = revokedAtMs;
    this.revocations = revocations;
  }

  /**
   * Checks the chain of bundles and every revocation; device certificates when they are needed. A revocation that does not verify is
   * none: the server cannot cut a device off.
   * @throws Refusal `peer-identity-refused`
   */
  static async verify(primitives: Primitives, published: PublicIdentity, nowMs: number): Promise<KnownUser> {
    try {
      const identity = await verifyIdentity(primitives, {
        userId: idFromHex(published.userId),
        username: published.username,
        bundles: published.bundles.map(fromBase64Url),
        nowMs,
      });
      const certs = new Map<string, Uint8Array>();
      for (const text of published.deviceCerts) {
        const cert = fromBase64Url(text);
        certs.set(idToHex(readDeviceCert(cert).deviceId), cert);
      }
      const revokedAtMs = new Map<string, number>();
      const revocations: string[] = [];
      for (const text of published.revocations) {
        const revocation = fromBase64Url(text);
        readRevocation(revocation);
        const verified = await verifyRevocation(primitives, revocation, identity.current).catch(() => null);
        if (verified === null) continue;
        revocations.push(text);
        const deviceId = idToHex(verified.deviceId);
        // The earliest counts (PROTOCOL 4.7).
        revokedAtMs.set(deviceId, Math.min(verified.revokedAtMs, revokedAtMs.get(deviceId) ?? Infinity));
      }
      return new KnownUser(primitives, identity, published.username, certs, revokedAtMs, revocations);
    } catch (error) {
      if (isFormatFailure(error)) throw new Refusal('peer-identity-refused');
      throw error;
    }
  }

  /** The device with this id, certified under the bundle of this version; null where there is none. */
  async device(deviceId: string, bundleVer: number): Promise<VerifiedDevice | null> {
    const bundle = this.identity.bundles.get(bundleVer);
    const cert = this.#certs.get(deviceId);
    if (bundle === undefined || cert === undefined) return null;
    const key = `${deviceId} ${bundleVer}`;
    let device = this.#verified.get(key);
    if (device === undefined) {
      device = verifyDevice(this.#primitives, cert, bundle).catch((error: unknown) => {
        if (isFormatFailure(error)) return null;
        throw error;
      });
      this.#verified.set(key, device);
    }
    return device;
  }

  /** Devices for which the account's present keys vouch, revoked ones too; not those that a fresh start left behind. */
  async devices(): Promise<readonly VerifiedDevice[]> {
    const { bundleVer } = this.identity.current.bundle;
    const found = await Promise.all([...this.#certs.keys()].map((deviceId) => this.device(deviceId, bundleVer)));
    return found.filter((device) => device !== null);
  }

  /** When the account has signed that the device is no longer its own; null while it is. */
  revokedAtMs(deviceId: string): number | null {
    return this.#revokedAtMs.get(deviceId) ?? null;
  }

  /** When a device was last revoked; null: none ever was. */
  get newestRevocationAtMs(): number | null {
    return this.#revokedAtMs.size === 0 ? null : Math.max(...this.#revokedAtMs.values());
  }

  /** When what a device signs under the bundle of this version stopped being believed: it was revoked, or left behind by a fresh start. */
  refusedFromMs(deviceId: string, bundleVer: number): number | null {
    const revoked = this.revokedAtMs(deviceId);
    const superseded = supersededAtMs(this.identity, bundleVer);
    return revoked === null || superseded === null ? (revoked ?? superseded) : Math.min(revoked, superseded);
  }
}

/** Whether the error says that bytes are not what they should be, rather than that something here is broken. */
export function isFormatFailure(error: unknown): boolean {
  return (
    error instanceof CryptoError ||
    (error instanceof Error && ['SignedFormatError', 'EncodingError'].includes(error.name))
  );
}
