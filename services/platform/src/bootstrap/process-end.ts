import type { EventLog } from '../logging/event-log.js';

const SHUTDOWN_MAX_MS = 9_000;

/** Ends the service on SIGTERM and SIGINT, and after an error that nobody caught; nine seconds at most. */
export function endOnSignal(service: { readonly stop: () => Promise<void> }, log: EventLog): void {
  let isEnding = false;
  const end = (exitCode: number): void => {
    if (isEnding) return;
    isEnding = true;
    process.exitCode = exitCode;
    setTimeout(() => {
      log.error('service.shutdown-overdue');
      process.exit(1);
    }, SHUTDOWN_MAX_MS).unref();
    service.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error('service.shutdown-failed', error);
        process.exit(1);
      },
    );
  };
  // Not `once`: a second signal (a keeper's beside the terminal's) would find no listener and kill us in the middle of the drain.
  process.on('SIGTERM', () => {
    end(0);
  });
  process.on('SIGINT', () => {
    end(0);
  });
  process.on('unhandledRejection', (error) => {
    // A bug, but one request's: the others of this process go on.
    log.error('process.unhandled-rejection', error);
  });
  process.on('uncaughtException', (error) => {
    log.error('process.uncaught-exception', error);
    end(1);
  });
}
