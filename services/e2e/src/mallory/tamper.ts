/** One request that passed through mallory's hands. */
export interface HttpRequestSeen {
  readonly method: string;
  /** Below `/api/`, without a slash before it: `auth/vault`. */
  readonly route: string;
  /** Parsed JSON, or undefined. */
  readonly body: unknown;
}

/** An answer over HTTP; bytes are sent as they are, everything else as JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends an event to the client. */
export type Emit = (name: string, ...bodies: unknown[]) => void;

/** What mallory does with what passes. Everything that is not given passes unchanged. */
export interface Tamper {
  /** Answers instead of the service; undefined: the service is asked. */
  instead?(request: HttpRequestSeen): HttpAnswer | undefined | Promise<HttpAnswer | undefined>;
  /** Changes what a service answered. */
  answer?(request: HttpRequestSeen, answer: HttpAnswer): HttpAnswer | Promise<HttpAnswer>;
  /** Handles a command of the client; `forward` asks the gateway. */
  command?(name: string, body: never, forward: (body: unknown) => Promise<unknown>): unknown;
  /** Handles an event of the gateway. */
  event?(name: string, body: never, emit: Emit): void;
}
