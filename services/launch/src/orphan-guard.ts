import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Ends processes when their owner dies, however it dies. */
export interface OrphanGuard {
  /** From now on the process does not outlive its owner. */
  watch(pid: number): void;
  /** The process has ended: its id may be another's soon. */
  forget(pid: number): void;
  /** Stops guarding; what is still watched is ended. */
  close(): void;
}

const PROGRAM = fileURLToPath(new URL('../boot/end-orphans.mjs', import.meta.url));

/** Starts the guard: a small process that waits for the end of this one. */
export function guardOrphans(): OrphanGuard {
  const guard = spawn(process.execPath, [PROGRAM], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.stdin.on('error', () => undefined); // the guard was killed: nothing is left to tell it
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return {
    watch: (pid) => void guard.stdin.write(`+${pid}\n`),
    forget: (pid) => void guard.stdin.write(`-${pid}\n`),
    close: () => void guard.stdin.end(),
  };
}
