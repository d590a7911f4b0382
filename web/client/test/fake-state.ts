import type { RegisterRequest } from '@secureconnect/contracts/auth';
import type { ConversationSummary, StoredMessage } from '@secureconnect/contracts/messaging';

/** An account as the fake server keeps it. */
export interface Account extends RegisterRequest {
  joinedAtMs: number;
  available: number;
  deviceCerts: string[];
  bundles: string[];
  revocations: string[];
  recoverySecret?: string | null;
  resetCode?: string | null;
}

export interface Session {
  userId: string;
  sessionId: string;
  deviceId: string | null;
  access: string;
  refresh: string;
  expiresAtMs: number;
  ended: 'session-ended' | 'session-reused' | 'account-banned' | null;
}

export interface Conversation {
  summary: ConversationSummary;
  messages: StoredMessage[];
  heads: Map<string, { senderSeq: number; hash: string }>;
  receipts: Map<string, { senderSeq: number; bytes: Uint8Array }>;
}

/** What the fake server's parts share. */
export interface FakeState {
  readonly accounts: Map<string, Account>;
  readonly sessions: Session[];
  /** Who may be told of. */
  readonly visible: Map<string, boolean>;
  readonly conversations: Map<string, Conversation>;
  find(username: string): Account | undefined;
  identityOf(account: Account): Pick<Account, 'userId' | 'username' | 'bundles' | 'deviceCerts' | 'revocations'>;
  infoOf(session: Session): Record<string, unknown>;
  endSessions(userId: string, chosen: (session: Session) => boolean): void;
  tellOf(userId: string): void;
}
