import type { TopupDecisions, TopupsQuery, TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import type { AdjustAnswer, AdjustRequest, DeleteRequest } from '@secureconnect/contracts/admin-acts';
import type {
  AppointAnswer,
  DismissAnswer,
  DismissRequest,
  OperatorsAnswer,
} from '@secureconnect/contracts/admin-operators';
import type { BanRequest, ResetCodeAnswer, UsersAnswer, UsersQuery } from '@secureconnect/contracts/admin';
import type { Prices } from '@secureconnect/contracts/credits';
import type { AuditAnswer, AuditQuery, MyAuditAnswer, MyAuditQuery } from '@secureconnect/contracts/audit';
import type { RegistrationRequest, RegistrationState } from '@secureconnect/contracts/registration';
import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import type { DecideTopupsAnswer, RequestTopupAnswer, Topup, TopupId } from '@secureconnect/contracts/topups';
import type { UserId } from '@secureconnect/contracts/ids';
import type { StatementView } from '../credits/statement-view.js';
import type { Outcome, Self } from '../views.js';

/** What a person asks of those who run the server, and what these do. None of it is sealed: the server is asked to do it. */
export interface ServerActs {
  /**
   * Every line of the person's account, read and checked on this device: hashes, sums, the server's signatures, and that nothing is
   * other than when it was checked before. What does not hold is an alarm, and is said here.
   */
  statement(): Promise<Outcome<StatementView>>;
  /** What things cost, did, and will: as the server says. */
  prices(): Promise<Outcome<Prices>>;
  /** The person's own requests for credits, the newest first. */
  topups(): Promise<Outcome<readonly Topup[]>>;
  /**
   * Asks for credits.
   * @param input - `amount`: 1 to 100,000; `reference`: how the payment is found, 1 to 100 characters; `note`: up to 500
   * @returns `too-many` while five wait already
   */
  requestTopup(input: {
    readonly amount: number;
    readonly reference: string;
    readonly note: string;
  }): Promise<Outcome<RequestTopupAnswer>>;
  /** Takes a request back that nobody has decided; gives it as it stands now. */
  withdrawTopup(topupId: TopupId): Promise<Outcome<Topup>>;

  /** What admins did that concerns the person, the newest first. */
  ownAudit(query: MyAuditQuery): Promise<Outcome<MyAuditAnswer>>;

  /** Makes the signed-in user the first admin with the one-time token that the operator's terminal shows; refreshes the session. */
  claimAdmin(token: string): Promise<Outcome<Self>>;
  /** One page of all users, for admins. */
  listUsers(query: UsersQuery): Promise<Outcome<UsersAnswer>>;
  /** Closes an account, for admins: its sessions end, its owner reads the reason. Refused `forbidden` for an admin's. */
  banUser(userId: UserId, ban: BanRequest): Promise<Outcome<null>>;
  /** Opens it again, for admins; the reason stands in the audit log. */
  unbanUser(userId: UserId, reason: string): Promise<Outcome<null>>;
  /** Gives credits or takes them, for admins: once, however often it is asked under one id. */
  adjustCredits(userId: UserId, deed: AdjustRequest): Promise<Outcome<AdjustAnswer>>;
  /** Takes an account away for good, for admins. Refused `forbidden` for an admin's. */
  deleteUser(userId: UserId, deed: DeleteRequest): Promise<Outcome<null>>;
  /** A code with which somebody who lost password and recovery key starts fresh, for admins: good for a day, once. */
  makeResetCode(userId: UserId): Promise<Outcome<ResetCodeAnswer>>;
  /** What the server does and how its parts are, for admins: totals. */
  statistics(): Promise<Outcome<StatisticsAnswer>>;
  /** All admins, for admins, the first one first. */
  operators(): Promise<Outcome<OperatorsAnswer>>;
  /** Makes somebody an admin, for admins; the person reads the reason. */
  appointOperator(userId: UserId, reason: string): Promise<Outcome<AppointAnswer>>;
  /** Takes the role back, for admins. `own`: that it is one's own. The last admin who can log in keeps it. */
  dismissOperator(userId: UserId, deed: DismissRequest): Promise<Outcome<DismissAnswer>>;
  /** Whether the server makes new accounts, for admins. */
  registration(): Promise<Outcome<RegistrationState>>;
  /** Decides that, for admins. Refused `forbidden` where the machine's setting says what holds. */
  decideRegistration(decision: RegistrationRequest): Promise<Outcome<RegistrationState>>;
  /** Everything that admins did, for admins, the newest first. */
  auditLog(query: AuditQuery): Promise<Outcome<AuditAnswer>>;
  /** One page of everybody's requests for credits, for admins: the oldest first. */
  topupQueue(query: TopupsQuery): Promise<Outcome<TopupsQueueAnswer>>;
  /** Approves or rejects requests, for admins; says of each where it stands, and whether this decision made it so. */
  decideTopups(decisions: TopupDecisions): Promise<Outcome<DecideTopupsAnswer>>;
}
