import { LIMITS } from '@secureconnect/contracts/limits';
import type { ServiceDefinition } from '@secureconnect/platform/bootstrap/service-definition';
import { AuthEnvironment } from './auth-environment.js';
import { AuthModule } from './auth.module.js';

/** What main.ts runs, and specs start in their own process. */
export const authService: ServiceDefinition = {
  name: 'auth',
  module: AuthModule,
  env: AuthEnvironment,
  // A registration is anybody's, and a first vault holds a handful of keys: the common limit is enough for it.
  bodyLimits: Object.fromEntries(
    ['vault', 'password', 'recovery', 'devices/revoke'].map((route) => [
      `/api/auth/${route}`,
      LIMITS.httpVaultBodyMaxBytes,
    ]),
  ),
};
