import type { ServiceDefinition } from '@secureconnect/platform/bootstrap/service-definition';
import { AdminModule } from './admin.module.js';

export const adminService: ServiceDefinition = { name: 'admin', module: AdminModule };
