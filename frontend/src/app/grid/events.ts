/** What the grid tells its owner. */

import type {
  CellEdit,
  CellMenuRequest,
  ColumnMove,
  ColumnResize,
  CopyOutcome,
  GridSelection,
  HeaderMenuRequest,
  SortToggle,
} from './contract';

export interface GridEvents {
  selectionChange(selection: GridSelection): void;
  cellEdit(edit: CellEdit): void;
  headerMenu(request: HeaderMenuRequest): void;
  typeMenu(request: HeaderMenuRequest): void;
  cellMenu(request: CellMenuRequest): void;
  sortToggle(toggle: SortToggle): void;
  columnMove(move: ColumnMove): void;
  columnResize(resize: ColumnResize): void;
  /** Names of the columns on the screen, when they change. */
  visibleColumns(names: readonly string[]): void;
  /** The first row on the screen, when it changes. */
  topRow(row: number): void;
  copied(outcome: CopyOutcome): void;
  fetchFailed(error: unknown): void;
}
