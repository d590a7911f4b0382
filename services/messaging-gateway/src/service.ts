import type { ServiceDefinition } from '@secureconnect/platform/bootstrap/service-definition';
import { MessagingModule } from './messaging.module.js';
import { MessagingEnvironment } from './settings.js';

export const messagingService: ServiceDefinition<typeof MessagingEnvironment.shape> = {
  name: 'messaging-gateway',
  module: MessagingModule,
  env: MessagingEnvironment,
  sockets: { path: '/socket/messaging' },
};
