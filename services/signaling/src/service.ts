import type { ServiceDefinition } from '@secureconnect/platform/bootstrap/service-definition';
import { SignalingEnvironment } from './settings.js';
import { SignalingModule } from './signaling.module.js';

export const signalingService: ServiceDefinition<typeof SignalingEnvironment.shape> = {
  name: 'signaling',
  module: SignalingModule,
  env: SignalingEnvironment,
  sockets: { path: '/socket/signaling' },
};
