import type { DynamicModule, Type } from '@nestjs/common';
import type * as z from 'zod';
import type { ServiceName } from '../config/service-config.js';
import type { SocketOptions } from '../redis-io/socket-adapter.js';

/** What a `main.ts` says about its service. */
export interface ServiceDefinition<Env extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: ServiceName;
  readonly module: Type | DynamicModule;
  /** Variables of its own, read from the environment beside the common ones; they arrive as `config.env`. */
  readonly env?: z.ZodObject<Env>;
  /** JSON body limits in bytes for exact public paths; LIMITS.httpBodyMaxBytes elsewhere. */
  readonly bodyLimits?: Readonly<Record<string, number>>;
  /** Given, the service takes Socket.IO connections on its public port. */
  readonly sockets?: SocketOptions;
}
