/**
 * What the grid is given and what it tells.
 *
 * A *row* is a row of the view (0-based, what is on the screen); a *position* is the row's place in the table
 * version. Without a filter or a sort they are equal. Columns are always named, never numbered.
 */

export type ColumnType = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'datetime';

/** A value as on the wire: `null` is missing; big integers and infinities are strings. */
export type Cell = string | number | boolean | null;

export interface ColumnProfile {
  readonly missing: number;
  readonly distinct: number;
  readonly distinct_exact: boolean;
  readonly histogram?: { readonly edges: readonly Cell[]; readonly counts: readonly number[] };
  readonly top?: readonly (readonly [value: Cell, count: number])[];
}

export interface GridColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Missing values in the whole table version; null while they are counted. */
  readonly missing?: number | null;
  /** Absent until loaded; the header then shows a histogram or the most frequent values. */
  readonly profile?: ColumnProfile;
  /** In a preview: the operation adds this column, or takes it away. */
  readonly mark?: 'added' | 'removed';
  /** In a preview that changes the type: the type of the window's `before`. */
  readonly beforeType?: ColumnType;
}

/** A rectangle of cells: `rows.length` rows, one array per asked column in the order asked. */
export interface GridWindow {
  /** Position in the version of every row. */
  readonly rows: readonly number[];
  readonly cells: readonly (readonly Cell[])[];
  /** Cells whose text was cut, as (row of the view, column name). */
  readonly cut: readonly (readonly [row: number, column: string])[];
  /**
   * In a preview: the values before the operation, in the shape of `cells` (a column that is new: `null`
   * instead of an array). A cell whose text form or missingness differs is shown as "before → after".
   */
  readonly before?: readonly (readonly Cell[] | null)[];
  /** In a preview: which rows the operation deletes, one flag per row. */
  readonly deleted?: readonly boolean[];
}

export interface GridSource {
  /** Names version (or draft) and view. Tiles are cached by it; equal keys must mean equal cells. */
  readonly key: string;
  /** Rows of the view. */
  readonly rows: number;
  /** Rows of the version, the whole to which `missing` is a part. Default: `rows`. */
  readonly tableRows?: number;
  /** Asks for at most 128 rows and 32 columns (copying: at most 50,000 cells). Rejecting is retried later. */
  fetch(row: number, count: number, columns: readonly string[], signal: AbortSignal): Promise<GridWindow>;
  /** The whole value of a cut cell, for editing and copying. Without it cut cells cannot be edited. */
  cell?(row: number, column: string, signal: AbortSignal): Promise<Cell>;
}

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** An edit that was sent and not yet answered: shown in its place until the source's key changes. */
export interface PendingEdit {
  readonly position: number;
  readonly column: string;
  readonly value: Cell;
}

/** First and last, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export interface SelectedRange {
  readonly rows: Span;
  /** Names in the order shown. */
  readonly columns: readonly string[];
}

export interface GridSelection {
  /** `rows` and `columns`: whole rows or columns were selected; `all`: the whole view. */
  readonly kind: 'cells' | 'rows' | 'columns' | 'all';
  /** The active cell; `row` is -1 in the header; `position` is null while not loaded. `null`: no columns. */
  readonly active: { readonly row: number; readonly column: string; readonly position: number | null } | null;
  /** The range extended last: the one to use where only one is possible. */
  readonly rows: Span;
  readonly columns: readonly string[];
  /** All ranges, the one above last (Ctrl-click adds one). They may overlap. */
  readonly ranges: readonly SelectedRange[];
}

/** Where to put a menu, in client coordinates. */
export interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CellEdit {
  /** Key of the source in which `row` and `position` were right: of the moment the edit began. */
  readonly key: string;
  readonly row: number;
  readonly position: number;
  readonly column: string;
  /** What was typed; `null` = missing. */
  readonly text: string | null;
  /** The same in wire form, checked against the column's type. */
  readonly value: Cell;
}

export interface HeaderMenuRequest {
  readonly column: string;
  readonly anchor: Anchor;
}

export interface CellMenuRequest {
  readonly row: number;
  readonly position: number | null;
  readonly column: string;
  readonly anchor: Anchor;
}

export interface SortToggle {
  readonly column: string;
  /** What the column should become: ascending → descending → not sorted. */
  readonly direction: 'ascending' | 'descending' | null;
  /** Shift was held: keep the other sort keys. */
  readonly keepOthers: boolean;
}

export interface ColumnMove {
  readonly column: string;
  /** 0-based place in the table once moved, as `move_column` takes it. */
  readonly position: number;
}

export interface ColumnResize {
  readonly column: string;
  readonly width: number;
}

export type CopyOutcome =
  | { readonly outcome: 'copied'; readonly cells: number }
  | { readonly outcome: 'refused'; readonly message: string };
