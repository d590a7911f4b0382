import { Module, type DynamicModule } from '@nestjs/common';
import { ServiceConfig } from '../config/service-config.js';
import { Shutdown } from '../bootstrap/shutdown.js';
import { Readiness } from '../health/readiness.js';
import { Metrics } from '../metrics/metrics.js';
import { openStore, Store, type StoreOptions } from './store.js';

/** Opens the service's store (STORE_FILE) and makes {@link Store} injectable: `imports: [StoreModule.of({ entities, migrations })]`. */
@Module({})
export class StoreModule {
  static of(options: Omit<StoreOptions, 'file' | 'onCommit'>): DynamicModule {
    return {
      module: StoreModule,
      global: true,
      providers: [
        {
          provide: Store,
          inject: [ServiceConfig, Metrics, Readiness, Shutdown],
          useFactory: async (config: ServiceConfig, metrics: Metrics, readiness: Readiness, shutdown: Shutdown) => {
            const commitSeconds = metrics.histogram(
              'store_commit_seconds',
              'Transactions, from BEGIN to the end of COMMIT',
            );
            const lockSeconds = metrics.histogram('store_lock_wait_seconds', 'Waits for the write lock');
            const groupJobs = metrics.histogram(
              'store_group_jobs',
              'Jobs of a transaction',
              [],
              [1, 2, 5, 10, 20, 50, 100, 200, 512],
            );
            const store = await openStore({
              ...options,
              file: config.storeFile,
              onCommit: (commit) => {
                commitSeconds.observe(commit.durationMs / 1000);
                lockSeconds.observe(commit.lockWaitMs / 1000);
                groupJobs.observe(commit.jobs);
              },
            });
            metrics.gauge('store_queue_depth', 'Jobs that wait for their transaction', [], () => store.writes.depth);
            readiness.add('store', () => (store.isOpen ? 'ok' : 'down'));
            shutdown.onClose('store', () => store.close());
            return store;
          },
        },
      ],
      exports: [Store],
    };
  }
}
