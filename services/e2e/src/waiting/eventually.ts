const STEP_MS = 20;
const SHOWN_CHARACTERS = 3_000;

/** Looks again and again until what it finds is good, and gives it. @throws Error with what it found last */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isGood: (found: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (isGood(found)) return found;
    if (Date.now() > deadline) throw new Error(`never good: ${JSON.stringify([found]).slice(0, SHOWN_CHARACTERS)}`);
    await pause(STEP_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
