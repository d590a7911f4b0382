import { applyDecorators, UseFilters } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { ProblemFilter } from '../problem/problem-filter.js';

/**
 * A gateway on the service's sockets. In place of `@WebSocketGateway()`: Nest's global filters do not reach gateways, and its
 * own filter would repeat the refused body to the client.
 */
export const CallerGateway = () => applyDecorators(WebSocketGateway(), UseFilters(ProblemFilter));
