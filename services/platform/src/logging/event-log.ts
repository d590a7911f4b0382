import { pino, type DestinationStream, type Logger } from 'pino';

/** Ids, counts, durations, codes. Never a body, token, key, address, e-mail, or a URL with a query. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Errors whose message repeats the text that was refused; only their name and stack are logged. */
const QUOTES_INPUT = new Set(['SyntaxError', 'URIError', 'ZodError', 'TypeError', 'RangeError']);

/** What of an error may be written: name, code, the message where it cannot quote input, and the places in the code. */
export function describeError(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');
  return {
    error: error.name,
    ...(code === undefined ? {} : { errorCode: code }),
    ...(QUOTES_INPUT.has(error.name) ? {} : { errorMessage: error.message.slice(0, 300) }),
    stack: places,
  };
}

/** The service's log: one JSON line an event, a constant dotted name first (`session.revoked`), then fields. */
export class EventLog {
  readonly #pino: Logger;

  constructor(options: { service: string; replicaId: string; level: string; destination?: DestinationStream }) {
    const base = {
      base: { service: options.service, replicaId: options.replicaId },
      level: options.level,
      messageKey: 'event',
    };
    this.#pino = options.destination === undefined ? pino(base) : pino(base, options.destination);
  }

  debug(event: string, fields: LogFields = {}): void {
    this.#pino.debug(fields, event);
  }

  info(event: string, fields: LogFields = {}): void {
    this.#pino.info(fields, event);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#pino.warn(fields, event);
  }

  /** @param error - described by {@link describeError}; anything may be passed. */
  error(event: string, error?: unknown, fields: LogFields = {}): void {
    this.#pino.error({ ...fields, ...(error === undefined ? {} : describeError(error)) }, event);
  }
}
