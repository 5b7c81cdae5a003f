import type { Cell, Histogram } from '../../protocol/messages';
import type { BinSpan } from '../../charts/histogram';

/** The bins that a range touches; null when it is open at both ends. Edges of one column compare as they are. */
export function spanOf({ edges, counts }: Histogram, low: Cell, high: Cell): BinSpan | null {
  if (low === null && high === null) return null;
  const touched = counts
    .map((_, bin) => bin)
    .filter((bin) => {
      const from = edges[bin] ?? null;
      const to = edges[bin + 1] ?? null;
      return (low === null || less(low, to)) && (high === null || less(from, high));
    });
  return { first: touched[0] ?? counts.length, last: touched.at(-1) ?? -1 };
}

function less(a: Cell, b: Cell): boolean {
  return a !== null && b !== null && a < b;
}
