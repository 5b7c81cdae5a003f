/** Copying as tab-separated text: which cells make a block, and how a field is written. */

import type { Span } from './contract';
import type { Rectangle } from './selection';

/** Cells that can be copied as one table. */
export interface CopyBlock {
  readonly rows: readonly Span[];
  /** Places in the order shown. */
  readonly columns: readonly number[];
}

/**
 * Join ranges with the same rows side by side, ranges with the same columns one under the other, in the order
 * of the table. Null if there is nothing, or if they do not form a table.
 */
export function copyBlock(rectangles: readonly Rectangle[]): CopyBlock | null {
  const first = rectangles[0];
  if (!first) return null;
  if (rectangles.every(({ rows }) => same(rows, first.rows))) {
    return { rows: [first.rows], columns: numbersIn(rectangles.map(({ columns }) => columns)) };
  }
  if (rectangles.every(({ columns }) => same(columns, first.columns))) {
    return { rows: joined(rectangles.map(({ rows }) => rows)), columns: numbersIn([first.columns]) };
  }
  return null;
}

export function cellsIn({ rows, columns }: CopyBlock): number {
  return columns.length * rows.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** A field: missing is nothing, empty text is `""`, quotes where the text would break the table. */
export function tsvField(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function tsvLine(texts: readonly (string | null)[]): string {
  return texts.map(tsvField).join('\t');
}

function same(a: Span, b: Span): boolean {
  return a.first === b.first && a.last === b.last;
}

function numbersIn(spans: readonly Span[]): number[] {
  return joined(spans).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}

/** Sorted, overlapping and neighbouring spans made one. */
function joined(spans: readonly Span[]): Span[] {
  const found: { first: number; last: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const previous = found.at(-1);
    if (previous && span.first <= previous.last + 1) previous.last = Math.max(previous.last, span.last);
    else found.push({ ...span });
  }
  return found;
}
