import type { PublicIdentity, SessionInfo } from '@secureconnect/contracts/auth';
import { toHex } from '@secureconnect/contracts/encoding';
import type { Username } from '@secureconnect/contracts/ids';
import { matchAccount } from '@secureconnect/crypto/identity/account';
import type { Account } from '@secureconnect/crypto/identity/keys';
import type { VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { isFormatFailure, KnownUser } from '../directory/known-user.js';
import { Refusal } from '../refusal.js';
import type { KnownAccount } from './device-memory.js';
import type { SignInParts } from './sign-in.js';

export interface OwnIdentity {
  readonly user: KnownUser;
  readonly identity: VerifiedIdentity;
  readonly published: PublicIdentity;
  /** Whether the person has started fresh since this device saw the account. */
  readonly isFresh: boolean;
}

/**
 * What is published under the account's name, before anything is unlocked: it must be what this device has seen before (THREATS 21).
 * @throws Refusal `identity-mismatch` (with an alarm); `account-started-fresh` where the account was openly reset since, which a person
 *   has to confirm (`accepted`)
 */
export async function readOwnIdentity(
  parts: SignInParts,
  { known, session, accepted }: { known: KnownAccount | null; session: SessionInfo; accepted: boolean },
): Promise<OwnIdentity> {
  const { auth, deps, primitives } = parts;
  const { userId, username } = session;
  const published: PublicIdentity = await auth.user(userId);
  if (published.userId !== userId || published.username !== username) throw identityMismatch(parts, session);
  let user: KnownUser;
  try {
    user = await KnownUser.verify(primitives, published, deps.clock.nowMs());
  } catch (error) {
    if (error instanceof Refusal && error.code === 'peer-identity-refused') throw identityMismatch(parts, session);
    throw error;
  }
  const { identity } = user;
  if (known === null || known.pin === toHex(identity.pin)) return { user, identity, published, isFresh: false };
  if (!wasReset(identity, known.pin)) throw identityMismatch(parts, session);
  if (!accepted) throw new Refusal('account-started-fresh');
  return { user, identity, published, isFresh: true };
}

/** The published identity must be the vault's own (THREATS 12). @throws Refusal `identity-mismatch` */
export async function checkOwnKeys(
  parts: SignInParts,
  account: Account,
  { identity }: OwnIdentity,
  session: Pick<SessionInfo, 'userId'>,
): Promise<void> {
  try {
    await matchAccount(parts.primitives, account, identity);
  } catch (error) {
    if (!isFormatFailure(error)) throw error;
    throw identityMismatch(parts, session);
  }
}

export function identityMismatch({ events }: SignInParts, { userId }: Pick<SessionInfo, 'userId'>): Refusal {
  events.alarm('server-answer-refused', { userId });
  return new Refusal('identity-mismatch');
}

/** Whether the keys that this device knows stand in the published chain before a reset, and not after it. */
export function wasReset({ bundles, lastReset }: VerifiedIdentity, pin: string): boolean {
  if (lastReset === null) return false;
  const seen = [...bundles.values()].filter((verified) => toHex(verified.pin) === pin);
  return seen.length > 0 && seen.every(({ bundle }) => bundle.bundleVer < lastReset.bundleVer);
}

/** Whoever answers for another account than this device has known by this name is not answered. */
export function checkUserId(
  parts: SignInParts,
  known: KnownAccount | null,
  session: Pick<SessionInfo, 'userId'> & { readonly username: Username },
): void {
  if (known !== null && known.userId !== session.userId) throw identityMismatch(parts, session);
}
