const TICK_MS = 1000;

/**
 * One step of the start: a line with its title, and behind it, when the work is done, how it went.
 *
 * @template T
 * @param {string} title
 * @param {() => T | Promise<T>} work may give the words for "how it went"
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1000).toFixed(1);
  const label = title.padEnd(18, ' ');
  process.stdout.write(label);
  const clock = setInterval(() => {
    if (process.stdout.isTTY) process.stdout.write(`\r${label}${Math.round(Number(seconds()))} s`);
  }, TICK_MS);
  try {
    const result = await work();
    const words = typeof result === 'string' ? result : 'done';
    process.stdout.write(`${process.stdout.isTTY ? `\r\u001b[K${label}` : ''}${words} (${seconds()} s)\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${process.stdout.isTTY ? `\r\u001b[K${label}` : ''}failed\n`);
    throw error;
  } finally {
    clearInterval(clock);
  }
}
