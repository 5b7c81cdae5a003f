/** Where columns are, in the order shown: the gutter, then frozen columns, then the others in table order. */

import type { GridColumn } from './contract';

export const DEFAULT_WIDTH = 150;
export const MIN_WIDTH = 48;
export const MAX_WIDTH = 800;

/** Frozen columns may cover at most this part of the screen; the last of them scroll with the rest. */
const FROZEN_SHARE = 0.6;

export interface PlacedColumn {
  readonly column: GridColumn;
  /** Place in the order shown. */
  readonly index: number;
  /** Place in the table. */
  readonly tableIndex: number;
  /** Left edge, gutter included, before scrolling. */
  readonly left: number;
  readonly width: number;
}

export interface LayoutInput {
  readonly columns: readonly GridColumn[];
  readonly frozen: readonly string[];
  readonly widths: ReadonlyMap<string, number>;
  readonly gutterWidth: number;
  readonly viewportWidth: number;
}

/** Half-open range of places. */
export interface Places {
  readonly from: number;
  readonly to: number;
}

export class ColumnLayout {
  readonly placed: readonly PlacedColumn[];
  readonly gutterWidth: number;
  /** How many columns stay at the left. */
  readonly pinned: number;
  /** Right edge of what stays at the left. */
  readonly pinnedWidth: number;
  readonly totalWidth: number;
  private readonly viewportWidth: number;
  private readonly byName: ReadonlyMap<string, PlacedColumn>;

  constructor(input: LayoutInput) {
    const frozen = new Set(input.frozen);
    const numbered = input.columns.map((column, tableIndex) => ({ column, tableIndex }));
    const ordered = [
      ...numbered.filter(({ column }) => frozen.has(column.name)),
      ...numbered.filter(({ column }) => !frozen.has(column.name)),
    ];
    let left = input.gutterWidth;
    this.placed = ordered.map(({ column, tableIndex }, index) => {
      const width = input.widths.get(column.name) ?? DEFAULT_WIDTH;
      const placed = { column, index, tableIndex, left, width };
      left += width;
      return placed;
    });
    this.totalWidth = left;
    this.gutterWidth = input.gutterWidth;
    this.viewportWidth = input.viewportWidth;
    this.byName = new Map(this.placed.map((placed) => [placed.column.name, placed]));
    const room = input.viewportWidth * FROZEN_SHARE;
    this.pinned = this.placed.filter((p) => frozen.has(p.column.name) && p.left + p.width <= room).length;
    const lastPinned = this.placed[this.pinned - 1];
    this.pinnedWidth = lastPinned ? lastPinned.left + lastPinned.width : input.gutterWidth;
  }

  get count(): number {
    return this.placed.length;
  }

  at(index: number): PlacedColumn | undefined {
    return this.placed[index];
  }

  named(name: string): PlacedColumn | undefined {
    return this.byName.get(name);
  }

  isPinned(index: number): boolean {
    return index < this.pinned;
  }

  /** Names between two places, both included. */
  names(first: number, last: number): string[] {
    return this.placed.slice(first, last + 1).map((placed) => placed.column.name);
  }

  /** The scrolling columns of which something is to be seen. */
  visible(scrollX: number): Places {
    const from = this.firstEndingAfter(scrollX + this.pinnedWidth);
    const right = scrollX + this.viewportWidth;
    let to = from;
    while (to < this.count && (this.placed[to]?.left ?? right) < right) to += 1;
    return { from, to };
  }

  /** Left edge on the screen, relative to the scroller. */
  screenLeft(index: number, scrollX: number): number {
    const left = this.placed[index]?.left ?? 0;
    return this.isPinned(index) ? left : left - scrollX;
  }

  /** What is at a place on the screen: a column, the gutter (-1), or nothing right of the last column. */
  placeAt(screenX: number, scrollX: number): number | null {
    if (screenX < this.gutterWidth) return -1;
    const x = screenX < this.pinnedWidth ? screenX : screenX + scrollX;
    const index = screenX < this.pinnedWidth ? this.endingAfter(x, 0) : this.firstEndingAfter(x);
    return index < this.count ? index : null;
  }

  /** The scroll position that shows the whole column, as near to `scrollX` as can be. */
  reveal(index: number, scrollX: number): number {
    const placed = this.placed[index];
    if (!placed || this.isPinned(index)) return scrollX;
    const low = placed.left + placed.width - this.viewportWidth;
    const high = placed.left - this.pinnedWidth;
    return Math.min(high, Math.max(low, scrollX));
  }

  private firstEndingAfter(x: number): number {
    return this.endingAfter(x, this.pinned);
  }

  /** Binary search for the first column, from `low` on, whose right edge is beyond `x`. */
  private endingAfter(x: number, low: number): number {
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      const placed = this.placed[middle];
      if (placed && placed.left + placed.width <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Room for the row numbers of a table with so many rows. */
export function gutterWidthFor(rows: number): number {
  return Math.max(48, 20 + Math.ceil(8 * rows.toLocaleString('en').length));
}
