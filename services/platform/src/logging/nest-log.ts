import type { LoggerService } from '@nestjs/common';
import { type EventLog } from './event-log.js';

/** Sends Nest's own words to the event log: warnings and errors as such, the chatter of start-up at level debug. */
export class NestLog implements LoggerService {
  constructor(private readonly events: EventLog) {}

  log(message: unknown): void {
    this.events.debug('nest.said', { text: textOf(message) });
  }
  verbose(message: unknown): void {
    this.events.debug('nest.said', { text: textOf(message) });
  }
  debug(message: unknown): void {
    this.events.debug('nest.said', { text: textOf(message) });
  }
  warn(message: unknown): void {
    this.events.warn('nest.warned', { text: textOf(message) });
  }
  error(message: unknown): void {
    this.events.error(
      'nest.failed',
      message instanceof Error ? message : undefined,
      message instanceof Error ? {} : { text: textOf(message) },
    );
  }
  fatal(message: unknown): void {
    this.error(message);
  }
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, 300) : typeof message;
}
