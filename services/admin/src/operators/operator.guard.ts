import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { GuardedRequest } from '@secureconnect/platform/bootstrap/route-marks';
import { Violation } from '@secureconnect/platform/problem/violation';
import { OperatorStore } from '../store/operator-store.js';

/**
 * Lets operators through. The role in the access token is not believed (it may be ten minutes old, or made by a fault elsewhere):
 * admin's own table decides, at every call. Platform's guard ran before and refused whoever is not logged in.
 */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly operators: OperatorStore) {}

  canActivate(context: ExecutionContext): boolean {
    const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
    if (caller === undefined || !this.operators.isOperator(caller.userId)) throw new Violation('forbidden');
    return true;
  }
}

/** Marks a controller all of whose routes are for operators. */
export const OperatorsOnly = () => applyDecorators(UseGuards(OperatorGuard));
