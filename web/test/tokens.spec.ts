import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every colour token as [light, dark]. */
const tokens = new Map(
  [
    ...readFileSync(join(__dirname, '../src/app/design/_tokens.scss'), 'utf8').matchAll(
      /--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g,
    ),
  ].map(([, name, light, dark]) => [name!, [light!, dark!]] as const),
);

const luminance = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};

/** WCAG 2.2 contrast of two tokens, the lesser of light and dark. */
const contrast = (one: string, other: string): number =>
  Math.min(
    ...[0, 1].map((look) => {
      const [high, low] = [one, other].map((name) => luminance(tokens.get(name)![look]!)).sort((a, b) => b - a);
      return (high! + 0.05) / (low! + 0.05);
    }),
  );

const surfaces = ['surface-0', 'surface-1', 'surface-2', 'surface-float', 'selected'];

describe('the colours, light and dark', () => {
  it('give text of messages AAA wherever it stands', () => {
    for (const surface of [...surfaces, 'bubble-own', 'bubble-other'])
      expect(contrast('text', surface)).toBeGreaterThanOrEqual(7);
  });

  it.each(['muted', 'accent', 'danger', 'verified'])('give %s AA on every surface', (colour) => {
    for (const surface of surfaces) expect(contrast(colour, surface)).toBeGreaterThanOrEqual(4.5);
  });

  it('give what stands on a colour AA', () => {
    expect(contrast('on-accent', 'accent')).toBeGreaterThanOrEqual(4.5);
    expect(contrast('on-danger', 'danger')).toBeGreaterThanOrEqual(4.5);
  });

  it('draw the edge of a field so that it is seen', () => {
    for (const surface of ['surface-0', 'surface-1', 'surface-float'])
      expect(contrast('line-strong', surface)).toBeGreaterThanOrEqual(3);
  });
});
