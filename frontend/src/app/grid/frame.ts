/** Everything one drawing of the grid is made from; the renderers read it and nothing else. Sizes in px. */

import type { SortKey } from './contract';
import type { ColumnLayout, PlacedColumn } from './column-layout';
import type { ScrollGeometry } from './geometry';
import type { Place, Rectangle } from './selection';
import type { TableModel } from './table-model';

export const ROW_HEIGHT = 26;
export const HEADER_HEIGHT = 72;

export interface Frame {
  readonly geometry: ScrollGeometry;
  readonly layout: ColumnLayout;
  readonly scrollX: number;
  /** Pinned columns, then those in sight. */
  readonly shown: readonly PlacedColumn[];
  readonly model: TableModel;
  readonly active: Place;
  readonly rectangles: readonly Rectangle[];
  readonly sort: readonly SortKey[];
  /** Rows of the version. */
  readonly tableRows: number;
  readonly readonly: boolean;
  /** Grows whenever cells may look different although nothing scrolled. */
  readonly stamp: number;
}

/** Moves that keep a pinned column in place while its row scrolls. */
export function columnTransform({ layout, scrollX }: Frame, { index, left }: PlacedColumn): string {
  return `translateX(${layout.isPinned(index) ? left + scrollX : left}px)`;
}
