import { runService } from '@secureconnect/platform/bootstrap/run-service';
import { creditsService } from './service.js';

runService(creditsService);
