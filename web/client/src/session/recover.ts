import { toBase64Url } from '@secureconnect/contracts/encoding';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { recoveryKek, recoverySecret, type RecoveryKey } from '@secureconnect/crypto/kdf/recovery-key';
import type { VaultMark } from '@secureconnect/crypto/vault/head';
import { changePassword } from '@secureconnect/crypto/vault/change-slots';
import { openVault, type OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import type { SlotOpener } from '@secureconnect/crypto/vault/slots';
import { unlockVaultWithRecoveryKey } from '@secureconnect/crypto/vault/slots';
import { keepOwnIdentity } from '../directory/directory.js';
import { Refusal } from '../refusal.js';
import { vaultRefusal } from '../vault/vault-keeper.js';
import { changeToWire, vaultFromWire } from '../vault/vault-wire.js';
import { checkNewPassword, checkUsername } from './credentials.js';
import { bindDevice, endingOnFailure, fetchVault, homeOf } from './log-in.js';
import { newPasswordKeys, type NewPasswordKeys } from './owner-proof.js';
import { checkOwnKeys, checkUserId, readOwnIdentity } from './own-identity.js';
import { checkAnswer, finishSignIn, type SignedIn, type SignInParts } from './sign-in.js';
import { readRecoveryKey } from './typed-recovery-key.js';

/** Another device of the account may write the vault in the same moment. */
const ROUNDS = 4;

export interface Recovery {
  readonly username: string;
  readonly recoveryKey: string;
  readonly newPassword: string;
}

/**
 * Opens the account with its recovery key and gives it a new password (PROTOCOL 2.8, 3.12). The checks are those of a log-in; the recovery key
 * stays what it is. A slip of the pen is found before anything is sent.
 * @throws Refusal `recovery-key-mistyped`, `credentials-refused` for a key of another account, and those of `logIn`
 */
export async function recover(parts: SignInParts, input: Recovery): Promise<SignedIn> {
  const { auth, deps, events, memory, primitives, step } = parts;
  const username = checkUsername(input.username);
  checkNewPassword(input.newPassword, username);
  const recoveryKey = await readRecoveryKey(primitives, input.recoveryKey);
  const known = await memory.knownAccount(username);
  const secret = toBase64Url(await recoverySecret(primitives, { recoveryKey, username }));
  step('asking-server');
  const { session } = await auth.recover({ username, recoverySecret: secret });
  return endingOnFailure(parts, async () => {
    checkAnswer(events, { session }, { username });
    checkUserId(parts, known, session);
    const { userId } = session;
    step('opening-vault');
    const own = await readOwnIdentity(parts, { known, session, accepted: false });
    const remembered = await memory.vaultMark(userId);
    const opened = await openWithKey(parts, { recoveryKey, userId, remembered });
    await checkOwnKeys(parts, opened.account, own, session);

    step('adding-device');
    const before = await homeOf(parts, own.user, userId);
    const bound = await bindDevice(parts, opened, before, session);
    try {
      step('deriving-keys');
      const keys = await newPasswordKeys(primitives, deps.random, { userId, username, password: input.newPassword });
      step('sealing-vault');
      const kek = await recoveryKek(primitives, { recoveryKey, userId: idFromHex(userId) });
      const opener = { slot: 'recovery', kek } as const;
      const again = () => openWithKey(parts, { recoveryKey, userId, remembered });
      const set = await setPassword(parts, { opened, opener, keys, secret, again });
      const sealed = { ...set.sealed, items: set.opened.items.map(({ itemId, sealed: bytes }) => ({ itemId, bytes })) };
      const signedIn = await finishSignIn(parts, {
        ...{ username, kdfParams: keys.kdfParams, identity: own.identity, session: set.session },
        ...{ home: bound.home, sealed, opened: set.opened },
      });
      await keepOwnIdentity(bound.home.store, own.published);
      return signedIn;
    } catch (error) {
      bound.home.close();
      throw error;
    }
  });
}

async function openWithKey(
  parts: SignInParts,
  input: {
    readonly recoveryKey: RecoveryKey;
    readonly userId: SignedIn['record']['userId'];
    readonly remembered: VaultMark | null;
  },
): Promise<OpenedVault> {
  const { events, primitives } = parts;
  const { userId, recoveryKey, remembered } = input;
  const id = idFromHex(userId);
  const vault = vaultFromWire(await fetchVault(parts));
  try {
    const kek = await recoveryKek(primitives, { recoveryKey, userId: id });
    const vaultKey = await unlockVaultWithRecoveryKey(primitives, { header: vault.header, userId: id, kek });
    return await openVault(primitives, { vault, userId: id, vaultKey, remembered });
  } catch (error) {
    throw vaultRefusal(error, () => events.alarm('vault-rolled-back', { userId }));
  }
}

interface NewPassword {
  readonly opened: OpenedVault;
  readonly opener: SlotOpener;
  readonly keys: NewPasswordKeys;
  /** Proof of the recovery key. */
  readonly secret: string;
  readonly again: () => Promise<OpenedVault>;
}

/** Seals the vault's key for the new password and puts both on the server, then reads back what is there (THREATS 19). */
async function setPassword(parts: SignInParts, { opened, opener, keys, secret, again }: NewPassword) {
  const { auth, events, primitives } = parts;
  const { authSecret, kdfParams, kek, serverShare } = keys;
  let before = opened;
  for (let round = 0; round < ROUNDS; round++) {
    const { put, opened: after } = await changePassword(primitives, before, { opener, kek, kdfParams });
    try {
      const { session } = await auth.changePassword({
        proof: { recoverySecret: secret },
        ...{ kdfParams: toBase64Url(kdfParams), authSecret, serverShare },
        ...{ vault: changeToWire(put), bundle: null, revocations: [], endOtherSessions: false },
      });
      const read = await again();
      if (toBase64Url(read.header.kdfParams.bytes) !== toBase64Url(kdfParams)) {
        events.alarm('server-answer-refused');
        throw new Refusal('server-answer-refused');
      }
      return { session, opened: after, sealed: { header: put.header, head: put.head } };
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'vault-conflict')) throw error;
      before = await again();
    }
  }
  throw new Refusal('vault-conflict');
}
