/**
 * How high every row of a thread is, and so where it stands: measured where a row has been on the screen, estimated where not.
 * Plain arithmetic; the list that uses it does the measuring. All lengths in CSS pixels.
 */
export class RowHeights<Row extends { readonly key: string }> {
  readonly #measured = new Map<string, number>();
  #rows: readonly Row[] = [];
  /** Tops of the rows, and behind them the height of all. */
  #tops = new Float64Array(1);
  #index = new Map<string, number>();
  #isStale = false;

  constructor(private readonly estimate: (row: Row) => number) {}

  get total(): number {
    return this.#place()[this.#rows.length]!;
  }

  setRows(rows: readonly Row[]): void {
    if (rows === this.#rows) return;
    this.#rows = rows;
    this.#index = new Map(rows.map(({ key }, index) => [key, index]));
    this.#isStale = true;
  }

  /** @returns whether this is news of more than half a pixel */
  measure(key: string, height: number): boolean {
    const known = this.#measured.get(key);
    if (known !== undefined && Math.abs(known - height) < 0.5) return false;
    this.#measured.set(key, height);
    this.#isStale = true;
    return true;
  }

  /** The width has changed: whatever was measured holds no longer. */
  forget(): void {
    this.#measured.clear();
    this.#isStale = true;
  }

  indexOf(key: string): number | undefined {
    return this.#index.get(key);
  }

  topOf(index: number): number {
    return this.#place()[Math.min(Math.max(index, 0), this.#rows.length)]!;
  }

  /** The row in which `offset` lies; the first or the last for what lies outside. */
  rowAt(offset: number): number {
    const tops = this.#place();
    let low = 0;
    let high = this.#rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  #place(): Float64Array {
    if (!this.#isStale) return this.#tops;
    const tops = new Float64Array(this.#rows.length + 1);
    let top = 0;
    for (const [index, row] of this.#rows.entries()) {
      tops[index] = top;
      top += this.#measured.get(row.key) ?? this.estimate(row);
    }
    tops[this.#rows.length] = top;
    this.#tops = tops;
    this.#isStale = false;
    return tops;
  }
}

export interface RowWindow {
  /** First row that is drawn. */
  readonly from: number;
  /** First row behind that is not. */
  readonly to: number;
}

/** Beyond the edges of what is seen, this much is drawn, and this little has to be left before more is drawn. */
const DRAWN_BEYOND = 900;
const LEFT_BEYOND = 300;

/**
 * Which rows to draw for what is seen. The window that stands is kept until its edge comes near, so that scrolling draws now and then a
 * batch, and not at every step a row.
 */
export function windowFor<Row extends { readonly key: string }>(
  heights: RowHeights<Row>,
  count: number,
  seen: { readonly top: number; readonly height: number },
  standing: RowWindow,
): RowWindow {
  const bottom = seen.top + seen.height;
  const needsAbove = heights.rowAt(seen.top - LEFT_BEYOND);
  const needsBelow = Math.min(heights.rowAt(bottom + LEFT_BEYOND) + 1, count);
  const isEnough = standing.from <= needsAbove && standing.to >= needsBelow && standing.to <= count;
  const from = heights.rowAt(seen.top - DRAWN_BEYOND);
  const to = Math.min(heights.rowAt(bottom + DRAWN_BEYOND) + 1, count);
  // a window may be larger than fresh ones are, but not without bound
  const isLean = standing.to - standing.from <= (to - from) * 2;
  return isEnough && isLean ? standing : { from, to };
}
