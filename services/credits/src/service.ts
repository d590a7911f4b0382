import type { ServiceDefinition } from '@secureconnect/platform/bootstrap/service-definition';
import { CreditsModule } from './credits.module.js';
import { CreditsEnvironment } from './settings.js';

export const creditsService: ServiceDefinition<typeof CreditsEnvironment.shape> = {
  name: 'credits',
  module: CreditsModule,
  env: CreditsEnvironment,
};
