/** At least so much fits, in milliseconds, so that a good line stays at the foot of the picture. */
const LEAST_TOP_MS = 200;

/**
 * A line through round trips, newest at the right; gaps where nothing came.
 * @param room - how many there is room for
 * @returns path data
 */
export function pictureOf(values: readonly (number | null)[], room: number, width: number, height: number): string {
  const top = Math.max(LEAST_TOP_MS, ...values.map((value) => value ?? 0));
  const first = room - values.length;
  let isDown = false;
  return values
    .flatMap((value, index) => {
      if (value === null) {
        isDown = false;
        return [];
      }
      const [x, y] = [((first + index) / Math.max(room - 1, 1)) * width, height - (value / top) * (height - 4) - 2];
      const command = isDown ? 'L' : 'M';
      isDown = true;
      return [`${command}${x.toFixed(1)} ${y.toFixed(1)}`];
    })
    .join('');
}
