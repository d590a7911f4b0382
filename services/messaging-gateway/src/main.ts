import { runService } from '@secureconnect/platform/bootstrap/run-service';
import { messagingService } from './service.js';

runService(messagingService);
