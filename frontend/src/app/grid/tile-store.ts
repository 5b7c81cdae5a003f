/**
 * Loaded tiles, filed by source key, bounded in bytes.
 *
 * Going back to a version finds its tiles still there. The least recently seen tile of all keys goes first.
 */

import type { Cell, GridWindow } from './contract';

export const TILE_ROWS = 128;
export const TILE_COLUMNS = 32;

const BLOCKS_ACROSS = 2 ** 20;

export interface Tile {
  readonly firstRow: number;
  readonly firstColumn: number;
  readonly window: GridWindow;
  /** Cut cells as `row * TILE_COLUMNS + column`, both within the tile; null if there are none. */
  readonly cut: ReadonlySet<number> | null;
  readonly bytes: number;
}

/** The tiles of one source key. */
export interface Shelf {
  readonly key: string;
  readonly columns: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  readonly tiles: Map<number, Tile>;
}

/** The number of the tile that holds a cell; `column` in table order. */
export function tileNumber(row: number, column: number): number {
  return Math.floor(row / TILE_ROWS) * BLOCKS_ACROSS + Math.floor(column / TILE_COLUMNS);
}

/** The first row and column of a tile. */
export function tileOrigin(number: number): { row: number; column: number } {
  return {
    row: Math.floor(number / BLOCKS_ACROSS) * TILE_ROWS,
    column: (number % BLOCKS_ACROSS) * TILE_COLUMNS,
  };
}

/** All tiles that touch rows `[from, to)` and any of the columns. */
export function tileNumbers(from: number, to: number, columns: readonly number[]): number[] {
  const across = [...new Set(columns.map((column) => Math.floor(column / TILE_COLUMNS)))];
  const numbers: number[] = [];
  for (let block = Math.floor(from / TILE_ROWS); block * TILE_ROWS < to; block += 1) {
    for (const column of across) numbers.push(block * BLOCKS_ACROSS + column);
  }
  return numbers;
}

export class TileStore {
  private readonly shelves = new Map<string, Shelf>();
  /** From the least to the most recently seen, with the place each is filed at. */
  private readonly recency = new Map<Tile, { readonly shelf: Shelf; readonly number: number }>();
  private held = 0;

  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.held;
  }

  /** The shelf of a key. Other columns under the same key mean that its tiles are of no use. */
  shelf(key: string, columns: readonly string[]): Shelf {
    const known = this.shelves.get(key);
    if (known && sameNames(known.columns, columns)) return known;
    for (const tile of [...(known?.tiles.values() ?? [])]) this.drop(tile);
    const places = new Map(columns.map((name, place) => [name, place]));
    const shelf: Shelf = { key, columns, places, tiles: new Map() };
    this.shelves.set(key, shelf);
    return shelf;
  }

  /** File a window. `spare` are the tiles on the screen: they stay, whatever their size. */
  add(shelf: Shelf, number: number, window: GridWindow, spare: ReadonlySet<number>): void {
    const tile = makeTile(shelf, number, window);
    const replaced = shelf.tiles.get(number);
    if (replaced) this.drop(replaced);
    shelf.tiles.set(number, tile);
    this.recency.set(tile, { shelf, number });
    this.held += tile.bytes;
    for (const [oldest, home] of this.recency) {
      if (this.held <= this.maxBytes) break;
      if (home.shelf !== shelf || !spare.has(home.number)) this.drop(oldest);
    }
  }

  touch(shelf: Shelf, number: number): void {
    const tile = shelf.tiles.get(number);
    const home = tile && this.recency.get(tile);
    if (!home) return;
    this.recency.delete(tile);
    this.recency.set(tile, home);
  }

  /** The view has another number of rows now: tiles which ended with it before are incomplete or too long. */
  dropPartial(shelf: Shelf, rows: number): void {
    for (const tile of [...shelf.tiles.values()]) {
      if (tile.window.rows.length !== Math.min(TILE_ROWS, rows - tile.firstRow)) this.drop(tile);
    }
  }

  private drop(tile: Tile): void {
    const home = this.recency.get(tile);
    if (!home) return;
    this.recency.delete(tile);
    home.shelf.tiles.delete(home.number);
    this.held -= tile.bytes;
  }
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, place) => name === b[place]);
}

function makeTile(shelf: Shelf, number: number, window: GridWindow): Tile {
  const { row: firstRow, column: firstColumn } = tileOrigin(number);
  const cut = window.cut.map(
    ([row, name]) => (row - firstRow) * TILE_COLUMNS + ((shelf.places.get(name) ?? 0) - firstColumn),
  );
  const bytes = bytesOf(window.cells) + bytesOf(window.before ?? []) + 8 * window.rows.length;
  return { firstRow, firstColumn, window, cut: cut.length > 0 ? new Set(cut) : null, bytes };
}

/** About what an engine needs: a pointer for every cell, and the text. */
function bytesOf(columns: readonly (readonly Cell[] | null)[]): number {
  let bytes = 0;
  for (const column of columns) {
    for (const cell of column ?? []) bytes += typeof cell === 'string' ? 32 + 2 * cell.length : 8;
  }
  return bytes;
}
