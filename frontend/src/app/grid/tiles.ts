/**
 * Which tiles to ask the source for, and when.
 *
 * Only what the screen shows is asked for, then what lies in the direction of travel; requests for tiles that
 * left are aborted. After a change of version or view the old cells serve as placeholders until the screen is
 * complete, never as data.
 */

import type { Cell, GridSource } from './contract';
import {
  type Shelf,
  type Tile,
  TILE_COLUMNS,
  TILE_ROWS,
  TileStore,
  sameNames,
  tileNumber,
  tileNumbers,
  tileOrigin,
} from './tile-store';

/** Rows `[from, to)` and the places, in table order, of the columns on the screen: pinned ones first. */
export interface Want {
  readonly from: number;
  readonly to: number;
  readonly columns: readonly number[];
}

export interface TileOptions {
  /** Called when something new can be drawn. */
  readonly onLoad: () => void;
  readonly onError: (error: unknown) => void;
  readonly maxBytes?: number;
  /** Requests under way at the same time. */
  readonly maxRequests?: number;
  /** How long a jump must rest before its tiles are asked for. */
  readonly settleMs?: number;
}

const DEFAULTS = { maxBytes: 64 * 2 ** 20, maxRequests: 6, settleMs: 40 };
/** While the scrollbar is dragged without rest, ask all the same this often. */
const MAX_SETTLE_MS = 200;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

interface Failure {
  readonly attempts: number;
  readonly retryAt: number;
}

export class TileCache {
  private readonly options: Required<TileOptions>;
  private readonly store: TileStore;
  private source: GridSource | null = null;
  private shelf: Shelf;
  private stale: Shelf | null = null;

  private readonly requests = new Map<number, AbortController>();
  private readonly failures = new Map<number, Failure>();
  private queue: number[] = [];
  private wanted: Want = { from: 0, to: 0, columns: [] };
  private onScreen: readonly number[] = [];
  private travel = { down: true, right: 0 };
  private askTimer: ReturnType<typeof setTimeout> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private restlessSince = 0;

  constructor(options: TileOptions) {
    this.options = { ...DEFAULTS, ...options };
    this.store = new TileStore(this.options.maxBytes);
    this.shelf = this.store.shelf('', []);
  }

  get heldBytes(): number {
    return this.store.bytes;
  }

  /** Show another version or view. What is on the screen stays to be seen through `staleCell`. */
  setSource(source: GridSource, columns: readonly string[]): void {
    const before = this.source;
    const sameCells = source.key === before?.key && sameNames(columns, this.shelf.columns);
    this.source = source;
    if (sameCells && source.rows === before.rows) return;
    this.forgetRequests();
    if (sameCells) {
      this.store.dropPartial(this.shelf, source.rows);
      return;
    }
    if (this.shelf.tiles.size > 0) this.stale = this.shelf;
    this.shelf = this.store.shelf(source.key, columns);
  }

  /** The tile that holds a cell; `column` in table order. */
  tile(row: number, column: number): Tile | undefined {
    return this.shelf.tiles.get(tileNumber(row, column));
  }

  /** What the previous source showed in this row and column: a placeholder, not data. */
  staleCell(row: number, name: string): Cell | undefined {
    const place = this.stale?.places.get(name);
    const tile = place === undefined ? undefined : this.stale?.tiles.get(tileNumber(row, place));
    if (place === undefined || !tile) return undefined;
    return tile.window.cells[place - tile.firstColumn]?.[row - tile.firstRow];
  }

  /** Position of a row in the version, as far as one of these columns is loaded there. */
  position(row: number, columns: readonly number[]): number | null {
    for (const column of columns) {
      const tile = this.tile(row, column);
      const position = tile?.window.rows[row - tile.firstRow];
      if (position !== undefined) return position;
    }
    return null;
  }

  /** Say what the screen shows. Called for every frame; asks for what is not there. */
  want(want: Want): void {
    const before = this.wanted;
    this.wanted = want;
    if (want.from !== before.from) this.travel.down = want.from > before.from;
    const right = (want.columns.at(-1) ?? 0) - (before.columns.at(-1) ?? 0);
    if (right !== 0) this.travel.right = Math.sign(right);
    this.onScreen = this.numbers(want.from, want.to, want.columns);
    for (const number of this.onScreen) this.store.touch(this.shelf, number);
    const keep = new Set([...this.onScreen, ...this.numbersAhead(want)]);
    for (const [number, request] of this.requests) {
      if (keep.has(number)) continue;
      request.abort();
      this.requests.delete(number);
    }
    this.queue = [...keep].filter((number) => this.isMissing(number));
    if (this.queue.length > 0) this.schedule(overlaps(before, want));
  }

  /** Ask again now for what could not be loaded. */
  retryNow(): void {
    this.failures.clear();
    this.want(this.wanted);
  }

  destroy(): void {
    this.forgetRequests();
    this.source = null;
  }

  private isMissing(number: number): boolean {
    const failure = this.failures.get(number);
    if (failure && failure.retryAt > Date.now()) return false;
    return !this.shelf.tiles.has(number) && !this.requests.has(number);
  }

  /** Ask at once while scrolling; after a jump wait for rest, so that a dragged scrollbar asks for little. */
  private schedule(continuous: boolean): void {
    const now = Date.now();
    if (this.askTimer === null) this.restlessSince = now;
    else if (continuous) return;
    else clearTimeout(this.askTimer);
    const patience = Math.max(0, this.restlessSince + MAX_SETTLE_MS - now);
    const delay = continuous ? 0 : Math.min(this.options.settleMs, patience);
    this.askTimer = setTimeout(() => {
      this.askTimer = null;
      this.ask();
    }, delay);
  }

  private ask(): void {
    while (this.requests.size < this.options.maxRequests) {
      const number = this.queue.shift();
      if (number === undefined) return;
      if (this.isMissing(number)) void this.load(number);
    }
  }

  private async load(number: number): Promise<void> {
    const { source, shelf } = this;
    if (!source) return;
    const { row, column } = tileOrigin(number);
    const names = shelf.columns.slice(column, column + TILE_COLUMNS);
    const request = new AbortController();
    this.requests.set(number, request);
    try {
      const window = await source.fetch(row, Math.min(TILE_ROWS, source.rows - row), names, request.signal);
      if (request.signal.aborted) return;
      this.failures.delete(number);
      this.store.add(shelf, number, window, new Set(this.onScreen));
      if (this.onScreen.every((seen) => shelf.tiles.has(seen))) this.stale = null;
      this.options.onLoad();
    } catch (error) {
      if (request.signal.aborted) return;
      this.failed(number);
      this.options.onError(error);
    } finally {
      if (this.requests.get(number) === request) this.requests.delete(number);
      if (this.askTimer === null) this.ask();
    }
  }

  private failed(number: number): void {
    const attempts = (this.failures.get(number)?.attempts ?? 0) + 1;
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
    this.failures.set(number, { attempts, retryAt: Date.now() + wait });
    this.awaitRetry();
  }

  private awaitRetry(): void {
    const now = Date.now();
    const due = [...this.failures.values()].map(({ retryAt }) => retryAt - now).filter((wait) => wait > 0);
    if (due.length === 0) return;
    this.retryTimer ??= setTimeout(
      () => {
        this.retryTimer = null;
        this.want(this.wanted);
        this.awaitRetry();
      },
      Math.min(...due),
    );
  }

  private forgetRequests(): void {
    for (const request of this.requests.values()) request.abort();
    this.requests.clear();
    this.failures.clear();
    this.queue = [];
    if (this.askTimer !== null) clearTimeout(this.askTimer);
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.askTimer = this.retryTimer = null;
  }

  private numbers(from: number, to: number, columns: readonly number[]): number[] {
    return tileNumbers(Math.max(0, from), Math.min(to, this.source?.rows ?? 0), columns);
  }

  /** As many rows again in the direction of travel, and half a tile of columns likewise. */
  private numbersAhead({ from, to, columns }: Want): number[] {
    const height = to - from;
    const rows = this.travel.down
      ? this.numbers(to, to + height, columns)
      : this.numbers(from - height, from, columns);
    if (this.travel.right === 0 || columns.length === 0) return rows;
    const edge = this.travel.right > 0 ? (columns.at(-1) ?? 0) : startOfLastRun(columns);
    const ahead = edge + (this.travel.right * TILE_COLUMNS) / 2;
    const exists = ahead >= 0 && ahead < this.shelf.columns.length;
    return exists ? [...rows, ...this.numbers(from, to, [ahead])] : rows;
  }
}

/** The leftmost column that scrolls: pinned columns come before the last run of neighbours. */
function startOfLastRun(columns: readonly number[]): number {
  let place = columns.length - 1;
  while (place > 0 && (columns[place - 1] ?? 0) === (columns[place] ?? 0) - 1) place -= 1;
  return columns[place] ?? 0;
}

/** Whether the screen moved by less than itself; the first screen counts as such. */
function overlaps(before: Want, now: Want): boolean {
  return before.to === before.from || (before.from < now.to && now.from < before.to);
}
