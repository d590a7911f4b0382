import { Module } from '@nestjs/common';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { Outbox } from '@secureconnect/platform/outbox/outbox';
import { OpenOutbox1794000000000 } from '@secureconnect/platform/outbox/outbox-schema';
import { Store } from '@secureconnect/platform/store/store';
import { StoreModule } from '@secureconnect/platform/store/store.module';
import { AccountStatistics, CountedAccounts1797400000000 } from './account-statistics.js';
import { AccountRows } from './account-rows.js';
import { DeviceRows } from './device-rows.js';
import { AccountRow } from './entities/account.js';
import { BundleRow } from './entities/bundle.js';
import { DeviceRow, RevocationRow } from './entities/device.js';
import { ResetCodeRow } from './entities/reset-code.js';
import { SessionRow } from './entities/session.js';
import { VaultItemRow, VaultRow } from './entities/vault.js';
import { ListedAccounts1797300000000 } from './listed-accounts.js';
import { OpenAuth1794100000000 } from './open-auth.js';
import { OwnershipRows } from './ownership-rows.js';
import { DecideRegistration1797500000000, RegistrationRows } from './registration-rows.js';
import { SessionRows } from './session-rows.js';
import { VaultRows } from './vault-rows.js';
import { Bans1796000000000 } from './bans.js';
import { DeletionRows, Deletions1797200000000 } from './deletion-rows.js';
import { WaysBack1795100000000 } from './ways-back.js';

/** The auth store and its repositories. */
@Module({
  imports: [
    StoreModule.of({
      entities: [AccountRow, BundleRow, DeviceRow, RevocationRow, ResetCodeRow, SessionRow, VaultRow, VaultItemRow],
      migrations: [
        OpenOutbox1794000000000,
        OpenAuth1794100000000,
        WaysBack1795100000000,
        Bans1796000000000,
        Deletions1797200000000,
        ListedAccounts1797300000000,
        CountedAccounts1797400000000,
        DecideRegistration1797500000000,
      ],
    }),
  ],
  providers: [
    {
      provide: AccountRows,
      inject: [Store, ServiceConfig],
      useFactory: (store: Store, config: ServiceConfig) => new AccountRows(store, new Outbox(config.replicaId)),
    },
    { provide: AccountStatistics, inject: [Store], useFactory: (store: Store) => new AccountStatistics(store) },
    { provide: DeletionRows, inject: [Store], useFactory: (store: Store) => new DeletionRows(store) },
    { provide: DeviceRows, inject: [Store], useFactory: (store: Store) => new DeviceRows(store) },
    { provide: RegistrationRows, inject: [Store], useFactory: (store: Store) => new RegistrationRows(store) },
    { provide: SessionRows, inject: [Store], useFactory: (store: Store) => new SessionRows(store) },
    { provide: OwnershipRows, inject: [Store], useFactory: (store: Store) => new OwnershipRows(store) },
    { provide: VaultRows, inject: [Store], useFactory: (store: Store) => new VaultRows(store) },
  ],
  exports: [
    AccountRows,
    AccountStatistics,
    DeletionRows,
    DeviceRows,
    OwnershipRows,
    RegistrationRows,
    SessionRows,
    VaultRows,
  ],
})
export class AuthStoreModule {}
