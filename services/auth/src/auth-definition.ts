import { LIMITS } from '@secureconnect/contracts/limits';
import type { ServiceDefinition } from '@secureconnect/platform/bootstrap/service-definition';
import { AuthEnvironment } from './auth-environment.js';
import { AuthModule } from './auth.module.js';

/** What main.ts runs, and specs start in their own process. */
export const authService: ServiceDefinition = {
  name: 'auth',
  module: AuthModule,
  env: AuthEnvironment,
  bodyLimits: {
    '/api/auth/register': LIMITS.httpVaultBodyMaxBytes,
    '/api/auth/vault': LIMITS.httpVaultBodyMaxBytes,
  },
};
