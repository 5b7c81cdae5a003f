/** What every row and cell shows, from the loaded tiles and the grid's inputs. */

import { type Cell, type GridColumn, type GridSource, type PendingEdit, type SortKey } from './contract';
import type { PlacedColumn } from './column-layout';
import { sameText } from './text-form';
import { TILE_COLUMNS } from './tile-store';
import { type TileCache } from './tiles';

export interface CellView {
  /** `stale`: a placeholder of the previous version or view. `pending`: an edit that was not yet answered. */
  readonly state: 'loading' | 'stale' | 'loaded' | 'pending';
  readonly value: Cell;
  /** The text is longer than what was sent. */
  readonly cut: boolean;
  /** In a preview, the value before, if it differs. */
  readonly before?: Cell;
}

export interface RowView {
  readonly position: number | null;
  readonly deleted: boolean;
  /** Rows of the version were left out between this row and the one above, or another group begins. */
  readonly separated: boolean;
}

const LOADING: CellView = { state: 'loading', value: null, cut: false };

export interface ModelInputs {
  readonly columns: readonly GridColumn[];
  readonly source: GridSource | null;
  readonly sort: readonly SortKey[];
  readonly groupBy: readonly string[];
  readonly pending: readonly PendingEdit[];
}

export class TableModel {
  private inputs: ModelInputs = { columns: [], source: null, sort: [], groupBy: [], pending: [] };
  private pending: ReadonlyMap<string, Cell> = new Map();
  private groupPlaces: readonly number[] = [];
  private shownPlaces: readonly number[] = [];

  constructor(private readonly tiles: TileCache) {}

  get rows(): number {
    return this.inputs.source?.rows ?? 0;
  }

  set(inputs: ModelInputs): void {
    this.inputs = inputs;
    this.pending = new Map(
      inputs.pending.map((edit) => [pendingKey(edit.position, edit.column), edit.value]),
    );
    const places = new Map(inputs.columns.map(({ name }, place) => [name, place]));
    this.groupPlaces = inputs.groupBy.flatMap((name) => places.get(name) ?? []);
    if (inputs.source) this.tiles.setSource(inputs.source, [...places.keys()]);
  }

  /** Say which rows and columns (places in table order, pinned first) are on the screen. */
  show(from: number, to: number, columns: readonly number[]): void {
    this.shownPlaces = columns;
    this.tiles.want({ from, to, columns: [...this.groupPlaces, ...columns] });
  }

  position(row: number): number | null {
    return this.tiles.position(row, this.shownPlaces);
  }

  row(row: number): RowView {
    const [place] = this.shownPlaces;
    const tile = place === undefined ? undefined : this.tiles.tile(row, place);
    const position = this.position(row);
    return {
      position,
      deleted: tile?.window.deleted?.[row - tile.firstRow] ?? false,
      separated: row > 0 && position !== null && (this.isGap(row, position) || this.isNewGroup(row)),
    };
  }

  cell(row: number, { tableIndex, column }: PlacedColumn): CellView {
    const tile = this.tiles.tile(row, tableIndex);
    const inTile = tile ? row - tile.firstRow : 0;
    const across = tile ? tableIndex - tile.firstColumn : 0;
    const value = tile?.window.cells[across]?.[inTile];
    if (!tile || value === undefined) {
      const stale = this.tiles.staleCell(row, column.name);
      return stale === undefined ? LOADING : { state: 'stale', value: stale, cut: false };
    }
    const position = tile.window.rows[inTile];
    const pending =
      this.pending.size > 0 && position !== undefined
        ? this.pending.get(pendingKey(position, column.name))
        : undefined;
    if (pending !== undefined) return { state: 'pending', value: pending, cut: false };
    const cut = tile.cut?.has(inTile * TILE_COLUMNS + across) ?? false;
    const before = tile.window.before?.[across]?.[inTile];
    const changed =
      before !== undefined && !sameText(before, column.beforeType ?? column.type, value, column.type);
    return changed ? { state: 'loaded', value, cut, before } : { state: 'loaded', value, cut };
  }

  private isGap(row: number, position: number): boolean {
    if (this.inputs.sort.length > 0) return false;
    const above = this.position(row - 1);
    return above !== null && position !== above + 1;
  }

  private isNewGroup(row: number): boolean {
    return this.groupPlaces.some((place) => {
      const [above, here] = [this.rawCell(row - 1, place), this.rawCell(row, place)];
      return above !== undefined && here !== undefined && above !== here;
    });
  }

  private rawCell(row: number, place: number): Cell | undefined {
    const tile = this.tiles.tile(row, place);
    return tile?.window.cells[place - tile.firstColumn]?.[row - tile.firstRow];
  }
}

function pendingKey(position: number, column: string): string {
  return `${position} ${column}`;
}
