import { runService } from '@secureconnect/platform/bootstrap/run-service';
import { adminService } from './service.js';

runService(adminService);
