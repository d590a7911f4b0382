import { Module } from '@nestjs/common';
import { Shutdown } from '@secureconnect/platform/bootstrap/shutdown';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { EventLog } from '@secureconnect/platform/logging/event-log';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { Store } from '@secureconnect/platform/store/store';
import { AddressMarks } from '@secureconnect/platform/throttle/address-marks';
import { Lockout } from '@secureconnect/platform/throttle/lockout';
import { AccountsController } from './accounts/accounts.controller.js';
import { Accounts } from './accounts/accounts.js';
import { Bans } from './accounts/bans.js';
import { Deletions } from './accounts/deletions.js';
import { FalseParams } from './accounts/false-params.js';
import { InternalUsersController } from './accounts/internal-users.controller.js';
import { LoginTries } from './accounts/login-tries.js';
import { RegistrationController } from './accounts/registration.controller.js';
import { Registration } from './accounts/registration.js';
import { StatisticsController } from './accounts/statistics.controller.js';
import { PasswordVerifier } from './accounts/password-verifier.js';
import { openCreditAccounts } from './accounts/registration-events.js';
import type { AuthEnvironment } from './auth-environment.js';
import { DevicesController } from './devices/devices.controller.js';
import { Devices } from './devices/devices.js';
import { DirectoryController } from './directory/directory.controller.js';
import { Directory } from './directory/directory.js';
import { InternalDirectoryController } from './directory/internal-directory.controller.js';
import { IdentityHints } from './directory/identity-hints.js';
import { FreshStarts } from './ownership/fresh-starts.js';
import { OwnerProofs } from './ownership/owner-proofs.js';
import { OwnershipController } from './ownership/ownership.controller.js';
import { Passwords } from './ownership/passwords.js';
import { ResetCodes } from './ownership/reset-codes.js';
import { AccessTokenMint } from './sessions/access-token-mint.js';
import { LastSeen } from './sessions/last-seen.js';
import { InternalSessionsController } from './sessions/internal-sessions.controller.js';
import { RefreshTokens } from './sessions/refresh-token.js';
import { SessionSweep } from './sessions/session-sweep.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { Sessions } from './sessions/sessions.js';
import { AccountRows, USER_REGISTERED } from './store/account-rows.js';
import { DeletionRows } from './store/deletion-rows.js';
import { AuthStoreModule } from './store/auth-store.module.js';
import { BundleRows } from './store/bundle-rows.js';
import { DeviceRows } from './store/device-rows.js';
import { OwnershipRows } from './store/ownership-rows.js';
import { RegistrationRows } from './store/registration-rows.js';
import { SessionRows } from './store/session-rows.js';
import { VaultRows } from './store/vault-rows.js';
import { VaultsController } from './vaults/vaults.controller.js';
import { Vaults } from './vaults/vaults.js';

@Module({
  imports: [AuthStoreModule],
  controllers: [
    AccountsController,
    SessionsController,
    OwnershipController,
    DevicesController,
    DirectoryController,
    VaultsController,
    InternalUsersController,
    StatisticsController,
    RegistrationController,
    InternalDirectoryController,
    InternalSessionsController,
  ],
  providers: [
    { provide: BundleRows, inject: [Store], useFactory: (store: Store) => new BundleRows(store) },
    {
      provide: AccessTokenMint,
      inject: [ServiceConfig],
      useFactory: (config: ServiceConfig) => AccessTokenMint.fromPem(config.secret('jwt-private.pem')),
    },
    {
      provide: RefreshTokens,
      inject: [ServiceConfig],
      useFactory: (config: ServiceConfig) => new RefreshTokens(config.secretKey('refresh.key')),
    },
    {
      provide: FalseParams,
      inject: [ServiceConfig],
      useFactory: (config: ServiceConfig) => new FalseParams(config.secretKey('prelogin.key')),
    },
    {
      provide: PasswordVerifier,
      inject: [ServiceConfig],
      useFactory: (config: ServiceConfig<AuthEnvironment>) =>
        PasswordVerifier.create(config.secretKey('pepper.key'), config.env.BCRYPT_COST),
    },
    {
      provide: Bans,
      inject: [AccountRows, Sessions, EventLog],
      useFactory: (rows: AccountRows, sessions: Sessions, log: EventLog) => new Bans(rows, sessions, log),
    },
    {
      provide: Deletions,
      inject: [DeletionRows, PasswordVerifier, Sessions, EventLog],
      useFactory: (rows: DeletionRows, verifier: PasswordVerifier, sessions: Sessions, log: EventLog) =>
        new Deletions(rows, verifier, sessions, log),
    },
    {
      provide: LoginTries,
      inject: [RedisLink, AddressMarks, ServiceConfig, EventLog],
      useFactory: (redis: RedisLink, marks: AddressMarks, config: ServiceConfig, log: EventLog) =>
        new LoginTries(new Lockout(redis, marks, config.throttleScale), log),
    },
    {
      provide: IdentityHints,
      inject: [RedisLink],
      useFactory: (redis: RedisLink) => new IdentityHints(redis),
    },
    {
      provide: LastSeen,
      inject: [SessionRows, EventLog, Shutdown],
      useFactory: (rows: SessionRows, log: EventLog, shutdown: Shutdown) => {
        const lastSeen = new LastSeen(rows, log);
        shutdown.onDrain('last-seen', () => lastSeen.stop());
        lastSeen.start();
        return lastSeen;
      },
    },
    {
      provide: OwnerProofs,
      inject: [PasswordVerifier, LoginTries],
      useFactory: (...parts: ConstructorParameters<typeof OwnerProofs>) => new OwnerProofs(...parts),
    },
    {
      provide: ResetCodes,
      inject: [OwnershipRows, PasswordVerifier, EventLog],
      useFactory: (...parts: ConstructorParameters<typeof ResetCodes>) => new ResetCodes(...parts),
    },
    {
      provide: Passwords,
      inject: [
        OwnershipRows,
        AccountRows,
        DeviceRows,
        Sessions,
        OwnerProofs,
        PasswordVerifier,
        IdentityHints,
        EventLog,
      ],
      useFactory: (...parts: ConstructorParameters<typeof Passwords>) => new Passwords(...parts),
    },
    {
      provide: FreshStarts,
      inject: [
        OwnershipRows,
        AccountRows,
        DeviceRows,
        Sessions,
        ResetCodes,
        LoginTries,
        PasswordVerifier,
        IdentityHints,
        Directory,
        EventLog,
      ],
      useFactory: (...parts: ConstructorParameters<typeof FreshStarts>) => new FreshStarts(...parts),
    },
    {
      provide: Sessions,
      inject: [SessionRows, AccountRows, AccessTokenMint, RefreshTokens, LastSeen, RedisLink, EventLog],
      useFactory: (...parts: ConstructorParameters<typeof Sessions>) => new Sessions(...parts),
    },
    {
      provide: Registration,
      inject: [RegistrationRows, ServiceConfig],
      useFactory: (rows: RegistrationRows, config: ServiceConfig<AuthEnvironment>) =>
        new Registration(rows, config.env.REGISTRATION),
    },
    {
      provide: Accounts,
      inject: [AccountRows, Sessions, PasswordVerifier, FalseParams, LoginTries, IdentityHints, EventLog, Registration],
      useFactory: (...parts: ConstructorParameters<typeof Accounts>) => new Accounts(...parts),
    },
    {
      provide: Devices,
      inject: [DeviceRows, Sessions, IdentityHints],
      useFactory: (...parts: ConstructorParameters<typeof Devices>) => new Devices(...parts),
    },
    {
      provide: Directory,
      inject: [AccountRows, DeviceRows],
      useFactory: (...parts: ConstructorParameters<typeof Directory>) => new Directory(...parts),
    },
    {
      provide: Vaults,
      inject: [VaultRows, DeviceRows, Sessions],
      useFactory: (...parts: ConstructorParameters<typeof Vaults>) => new Vaults(...parts),
    },
    {
      provide: SessionSweep,
      inject: [SessionRows, EventLog, Shutdown],
      useFactory: (rows: SessionRows, log: EventLog, shutdown: Shutdown) => {
        const sweep = new SessionSweep(rows, log);
        shutdown.onDrain('session-sweep', () => {
          sweep.stop();
        });
        sweep.start();
        return sweep;
      },
    },
    {
      provide: OutboxRunner,
      inject: [Store, ServiceConfig, InternalHttp, EventLog, Shutdown],
      useFactory: (store: Store, config: ServiceConfig, http: InternalHttp, log: EventLog, shutdown: Shutdown) => {
        const handlers = { [USER_REGISTERED]: openCreditAccounts(http) };
        const runner = new OutboxRunner({ store, replicaId: config.replicaId, handlers, log });
        shutdown.onDrain('outbox', () => runner.stop());
        runner.start();
        return runner;
      },
    },
  ],
})
export class AuthModule {}
