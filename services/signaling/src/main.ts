import { runService } from '@secureconnect/platform/bootstrap/run-service';
import { signalingService } from './service.js';

runService(signalingService);
