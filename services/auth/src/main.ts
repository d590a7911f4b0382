import { runService } from '@secureconnect/platform/bootstrap/run-service';
import { authService } from './auth-definition.js';

runService(authService);
