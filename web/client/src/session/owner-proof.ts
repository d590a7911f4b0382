import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { SessionId, UserId, Username } from '@secureconnect/contracts/ids';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { deriveFromPassword, vaultKek, type VaultKek, type VaultPre } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { EventHub } from '../event-hub.js';
import type { AuthApi } from '../http/auth-api.js';
import { Refusal } from '../refusal.js';
import type { Access } from './access.js';
import { derivationRefusal } from './sign-in.js';

const SHARE_BYTES = 32;

export interface ProofParts {
  readonly primitives: Primitives;
  readonly auth: AuthApi;
  readonly access: Access;
  readonly events: EventHub;
}

/** What a password opens: proves itself to the server, and unwraps the vault's slot 1. */
export interface PasswordKeys {
  /** base64url. */
  readonly authSecret: string;
  readonly kek: VaultKek;
  readonly kdfParams: Bytes;
}

/** A new password's keys, with what the server has to keep for it. */
export interface NewPasswordKeys extends PasswordKeys {
  /** 32 bytes, base64url. */
  readonly serverShare: string;
}

/** Keys of a password that is to become the account's: fresh parameters, a fresh share. @throws Refusal */
export async function newPasswordKeys(
  primitives: Primitives,
  random: (count: number) => Bytes,
  account: { readonly userId: UserId; readonly username: Username; readonly password: string },
): Promise<NewPasswordKeys> {
  const kdfParams = newKdfParams(primitives);
  const { authSecret, vaultPre } = await derive(primitives, account, kdfParams);
  const serverShare = random(SHARE_BYTES);
  const kek = await vaultKek(primitives, { vaultPre, serverShare, userId: idFromHex(account.userId) });
  return { authSecret, kek, kdfParams, serverShare: toBase64Url(serverShare) };
}

/**
 * Asks the server whether the password is the account's, beside the session: the share for the vault's slot is given for nothing less.
 * @param kdfParams - those that the opened vault names, which its head signs
 * @throws Refusal `credentials-refused`, `throttled`, `locked-out`, `server-answer-refused`
 */
export async function provePassword(
  parts: ProofParts,
  { password, kdfParams }: { readonly password: string; readonly kdfParams: Bytes },
): Promise<PasswordKeys & { readonly serverShare: string }> {
  const { access, auth, events, primitives } = parts;
  const { userId, username } = access.record;
  const { authSecret, vaultPre } = await derive(primitives, { username, password }, kdfParams);
  const answer = await auth.logInApart({ username, authSecret });
  await endApart(parts, answer.session.sessionId);
  if (answer.session.userId !== userId || answer.session.username !== username) {
    events.alarm('server-answer-refused', { userId });
    throw new Refusal('server-answer-refused');
  }
  const serverShare = fromBase64Url(answer.serverShare);
  const kek = await vaultKek(primitives, { vaultPre, serverShare, userId: idFromHex(userId) });
  return { authSecret, kek, kdfParams, serverShare: answer.serverShare };
}

/** The log-in was for its answer alone. What cannot be ended now stands in the list of devices. */
async function endApart({ access, auth }: ProofParts, sessionId: SessionId): Promise<void> {
  if (sessionId === access.record.sessionId) return;
  try {
    await access.use(() => auth.endSessions({ sessionIds: [sessionId] }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

async function derive(
  primitives: Primitives,
  { username, password }: { readonly username: Username; readonly password: string },
  kdfParams: Bytes,
): Promise<{ readonly authSecret: string; readonly vaultPre: VaultPre }> {
  try {
    const { authSecret, vaultPre } = await deriveFromPassword(primitives, { username, password, kdfParams });
    return { authSecret: toBase64Url(authSecret), vaultPre };
  } catch (error) {
    throw derivationRefusal(error);
  }
}
