import type {
  ChangePasswordRequest,
  EndSessionsRequest,
  OwnerProof,
  RecoverRequest,
  ResetRequest,
  RevokeDevicesRequest,
  SetRecoveryRequest,
} from '@secureconnect/contracts/auth';
import { readDeviceCert, readRevocation } from '@secureconnect/contracts/signed/device';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { readVaultHeader, SLOT_TYPES } from '@secureconnect/contracts/signed/vault';
import type { Account, FakeState, Session } from './fake-state.js';

/** What the routes of the account's ways back need of the fake server. */
export interface OwnerHost {
  readonly server: FakeState;
  /** Cookies of the answer. */
  readonly cookies: string[];
  begin(account: Account, deviceId: string | null, cookies: string[]): { session: unknown };
  issue(session: Session, cookies: string[]): unknown;
  putVault(account: Account, put: ChangePasswordRequest['vault']): { seq: number };
}

const deviceOf = (cert: string) => idToHex(readDeviceCert(Buffer.from(cert, 'base64url')).deviceId);
const revokedBy = (text: string) => idToHex(readRevocation(Buffer.from(text, 'base64url')).deviceId);
const recoverySlot = (header: string) =>
  readVaultHeader(new Uint8Array(Buffer.from(header, 'base64url'))).slots.some(
    ({ type }) => type === SLOT_TYPES.recovery,
  );

function prove(account: Account | undefined, proof: OwnerProof | ResetRequest['proof']): asserts account is Account {
  const proven =
    account !== undefined &&
    (('authSecret' in proof && proof.authSecret === account.authSecret) ||
      ('recoverySecret' in proof && proof.recoverySecret === account.recoverySecret) ||
      ('resetCode' in proof && proof.resetCode === account.resetCode));
  if (!proven) throw new Error('credentials-refused');
}

/** Routes without a session; undefined: not one of these. */
export function outsideRoute(host: OwnerHost, path: string, body: never): unknown {
  const { server, cookies } = host;
  const named = () => server.find((body as { username: string }).username);
  if (path === 'auth/recover') {
    const account = named();
    prove(account, { recoverySecret: (body as RecoverRequest).recoverySecret });
    return { session: host.begin(account, null, cookies).session };
  }
  if (path === 'auth/reset/identity') {
    const account = named();
    prove(account, (body as ResetRequest).proof);
    return server.identityOf(account);
  }
  if (path === 'auth/reset') {
    const request = body as ResetRequest;
    const account = named();
    prove(account, request.proof);
    const { vault, bundle, deviceCert, kdfParams, authSecret, serverShare } = request;
    server.endSessions(account.userId, () => true);
    Object.assign(account, { vault, kdfParams, authSecret, serverShare, recoverySecret: null, resetCode: null });
    account.bundles.push(bundle);
    account.deviceCerts.push(deviceCert);
    server.tellOf(account.userId);
    return host.begin(account, deviceOf(deviceCert), cookies);
  }
  return undefined;
}

/** Routes of somebody who is signed in; undefined: not one of these. */
export function ownerRoute(host: OwnerHost, route: string, body: never, session: Session): unknown {
  const { server, cookies } = host;
  const account = server.accounts.get(session.userId)!;
  switch (route) {
    case 'GET auth/me':
      return {
        session: server.infoOf(session),
        email: null,
        joinedAtMs: account.joinedAtMs,
        hasRecoveryKey: (account.recoverySecret ?? null) !== null,
      };
    case 'POST auth/password': {
      const change = body as ChangePasswordRequest;
      prove(account, change.proof);
      host.putVault(account, change.vault);
      const { kdfParams, authSecret, serverShare, bundle, revocations } = change;
      Object.assign(account, { kdfParams, authSecret, serverShare });
      if (!recoverySlot(change.vault.header)) account.recoverySecret = null;
      if (bundle !== null) account.bundles.push(bundle);
      revoke(server, account, revocations);
      if (change.endOtherSessions) server.endSessions(account.userId, (other) => other !== session);
      if (bundle !== null || revocations.length > 0) server.tellOf(account.userId);
      return { session: host.issue(session, cookies) };
    }
    case 'PUT auth/recovery': {
      const { proof, recoverySecret, vault } = body as SetRecoveryRequest;
      prove(account, proof);
      const answer = host.putVault(account, vault);
      account.recoverySecret = recoverySecret;
      return answer;
    }
    case 'GET auth/sessions':
      return {
        sessions: server.sessions
          .filter(({ userId, ended }) => userId === session.userId && ended === null)
          .map((other) => ({
            sessionId: other.sessionId,
            deviceId: other.deviceId,
            createdAtMs: account.joinedAtMs,
            lastSeenAtMs: Math.floor(Date.now() / 60_000) * 60_000,
            current: other === session,
          })),
      };
    case 'POST auth/sessions/end': {
      const request = body as EndSessionsRequest;
      server.endSessions(account.userId, (other) =>
        'others' in request ? other !== session : request.sessionIds.includes(other.sessionId as never),
      );
      return {};
    }
    case 'POST auth/devices/revoke':
      revoke(server, account, (body as RevokeDevicesRequest).revocations);
      server.tellOf(account.userId);
      return {};
    default:
      return undefined;
  }
}

function revoke(server: FakeState, account: Account, revocations: readonly string[]): void {
  const devices = revocations.map(revokedBy);
  account.revocations.push(...revocations);
  server.endSessions(account.userId, ({ deviceId }) => deviceId !== null && devices.includes(deviceId));
}
