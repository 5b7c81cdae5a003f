/**
 * The grid: a window onto a table of any size. Framework-free.
 *
 * This class holds the state and draws; `interaction` turns keys and pointers into calls of it.
 */

import type { GridColumn, GridSource, PendingEdit, SelectedRange, SortKey } from './contract';
import { ColumnLayout, type PlacedColumn, gutterWidthFor } from './column-layout';
import { element, setAttribute } from './dom';
import { type Frame, HEADER_HEIGHT, ROW_HEIGHT } from './frame';
import type { GridEvents } from './events';
import { HeaderRow } from './header';
import { Interaction } from './interaction';
import { clampWidth } from './measure';
import { RowPool } from './rows';
import { Scroller } from './scroller';
import { type Extent, HEADER_ROW, type Place, type Rectangle, Selection } from './selection';
import { TableModel } from './table-model';
import { sameNames } from './tile-store';
import { TileCache } from './tiles';

export interface GridInputs {
  readonly columns: readonly GridColumn[];
  readonly source: GridSource | null;
  readonly sort: readonly SortKey[];
  readonly frozen: readonly string[];
  readonly groupBy: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  readonly pending: readonly PendingEdit[];
  readonly readonly: boolean;
  readonly label: string;
}

const EMPTY: GridInputs = {
  columns: [],
  source: null,
  sort: [],
  frozen: [],
  groupBy: [],
  widths: {},
  pending: [],
  readonly: false,
  label: 'Table',
};

let gridsMade = 0;

export class WillowGrid {
  readonly scroller: Scroller;
  readonly model: TableModel;
  /** Where `aria-activedescendant` points to: the active cell carries this id. */
  private readonly activeId = `wl-active-${(gridsMade += 1)}`;
  private readonly stopped = new AbortController();
  private readonly tiles: TileCache;
  private readonly header = new HeaderRow(this.activeId);
  private readonly pool: RowPool;
  private readonly interaction: Interaction;
  private readonly widths = new Map<string, number>();

  private current: GridInputs = EMPTY;
  private columnLayout = emptyLayout();
  private selected = Selection.at({ row: 0, column: 0 });
  private rectangles: readonly Rectangle[] = [];
  private shown: readonly PlacedColumn[] = [];
  private stamp = 0;
  private scheduled = 0;
  /** What was told last, so that only news is told. */
  private told: { names: readonly string[]; topRow: number; selectionDue: boolean; position: number | null } =
    {
      names: [],
      topRow: -1,
      selectionDue: true,
      position: null,
    };

  constructor(
    host: HTMLElement,
    readonly events: GridEvents,
  ) {
    const { signal } = this.stopped;
    this.tiles = new TileCache({
      onLoad: () => this.invalidate(),
      onError: (error) => events.fetchFailed(error),
    });
    this.model = new TableModel(this.tiles);
    const sizes = { rowHeight: ROW_HEIGHT, headerHeight: HEADER_HEIGHT };
    this.scroller = new Scroller(
      { ...sizes, onMove: () => this.schedule(), onResize: () => this.arrange() },
      signal,
    );
    const head = element('div', 'wl-head', { role: 'rowgroup' }, this.header.element);
    const body = element('div', 'wl-body', { role: 'rowgroup' });
    head.style.height = `${HEADER_HEIGHT}px`;
    body.style.top = `${HEADER_HEIGHT}px`;
    this.pool = new RowPool(body, ROW_HEIGHT, this.activeId);
    this.scroller.layer.prepend(head, body);
    setAttribute(this.scroller.element, 'role', 'grid');
    setAttribute(this.scroller.element, 'aria-multiselectable', 'true');
    this.interaction = new Interaction(this, signal);
    host.append(this.scroller.element);
    this.arrange();
  }

  get inputs(): GridInputs {
    return this.current;
  }

  get layout(): ColumnLayout {
    return this.columnLayout;
  }

  get selection(): Selection {
    return this.selected;
  }

  get extent(): Extent {
    return { rows: this.model.rows, columns: this.columnLayout.count };
  }

  get selectedRectangles(): readonly Rectangle[] {
    return this.rectangles;
  }

  /** Rows of the version, the whole to which counts of missing values are parts. */
  get tableRows(): number {
    return this.current.source?.tableRows ?? this.model.rows;
  }

  /** Take over what changed. */
  update(changes: Partial<GridInputs>): void {
    const before = this.current;
    this.current = { ...before, ...changes };
    if (this.current.widths !== before.widths) this.takeWidths(this.current.widths);
    this.model.set(this.current);
    const layoutBefore = this.columnLayout;
    this.arrange();
    const names = (layout: ColumnLayout) => layout.placed.map(({ column }) => column.name);
    if (
      !sameNames(names(layoutBefore), names(this.columnLayout)) ||
      before.source?.rows !== this.current.source?.rows
    ) {
      this.carrySelection(layoutBefore);
    }
    const { label, readonly } = this.current;
    setAttribute(this.scroller.element, 'aria-label', label);
    setAttribute(this.scroller.element, 'aria-readonly', String(readonly));
  }

  /** Change what is selected; `reveal` scrolls a place into sight. */
  select(selection: Selection, reveal?: Place): void {
    this.selected = selection;
    this.rectangles = selection.rectangles(this.extent);
    this.told.selectionDue = true;
    if (reveal) this.reveal(reveal);
    this.invalidate();
  }

  /** Select a cell and show it. An unknown column, or none, keeps the one that is active. */
  scrollTo(row: number, column?: string): void {
    const place = {
      row: Math.max(0, Math.min(this.extent.rows - 1, row)),
      column:
        (column === undefined ? undefined : this.layout.named(column)?.index) ?? this.selected.active.column,
    };
    this.select(this.selected.select('cells', place), place);
  }

  selectColumns(names: readonly string[]): void {
    const places = names.flatMap((name) => this.layout.named(name)?.index ?? []);
    const selection = Selection.columns(places);
    if (selection) this.select(selection, { row: HEADER_ROW, column: selection.active.column });
  }

  focus(): void {
    this.scroller.element.focus({ preventScroll: true });
  }

  editActive(): void {
    this.interaction.edit();
  }

  /** The selection as tab-separated text. Throws `CopyRefused` for what is too large or no rectangle. */
  copySelection({ header = false } = {}): Promise<string> {
    return this.interaction.copying.text(header);
  }

  fitColumn(name: string): void {
    this.interaction.fitColumn(name);
  }

  /** `tell`: the width is final and worth remembering. */
  setColumnWidth(name: string, width: number, { tell = true } = {}): void {
    const clamped = clampWidth(width);
    this.widths.set(name, clamped);
    this.arrange();
    if (tell) this.events.columnResize({ column: name, width: clamped });
  }

  retryNow(): void {
    this.tiles.retryNow();
  }

  /** Remove everything the grid put on the page or asked for. */
  destroy(): void {
    this.stopped.abort();
    cancelAnimationFrame(this.scheduled);
    this.tiles.destroy();
    this.scroller.element.remove();
  }

  /** The rows in sight, for measuring. */
  get rowsInSight(): { from: number; to: number } {
    return { from: this.scroller.geometry.firstRow, to: this.scroller.geometry.endRow };
  }

  /** Only when they are new: widths the person has dragged since stay as they are. */
  private takeWidths(widths: GridInputs['widths']): void {
    for (const [name, width] of Object.entries(widths)) this.widths.set(name, clampWidth(width));
  }

  private arrange(): void {
    const { columns, frozen } = this.current;
    const gutterWidth = gutterWidthFor(this.tableRows);
    this.columnLayout = new ColumnLayout({
      columns,
      frozen,
      widths: this.widths,
      gutterWidth,
      viewportWidth: this.scroller.width,
    });
    this.scroller.resize(this.model.rows, this.columnLayout.totalWidth);
    this.pool.resize(this.scroller.geometry.bodyHeight);
    this.rectangles = this.selected.rectangles(this.extent);
    setAttribute(this.scroller.element, 'aria-rowcount', String(this.extent.rows + 1));
    setAttribute(this.scroller.element, 'aria-colcount', String(this.extent.columns + 1));
    this.invalidate();
  }

  /** Columns keep their selection by name; a renamed one by its place. */
  private carrySelection(before: ColumnLayout): void {
    const renamed = before.count === this.layout.count;
    const place = (column: number) => {
      const name = before.at(column)?.column.name;
      const found = name === undefined ? undefined : this.layout.named(name)?.index;
      return found ?? (renamed ? column : undefined);
    };
    this.select(this.selected.moved(this.extent, place));
  }

  private reveal({ row, column }: Place): void {
    if (row !== HEADER_ROW) this.scroller.revealRow(row);
    const x = this.layout.reveal(column, this.scroller.scrollX);
    if (x !== this.scroller.scrollX) this.scroller.moveToX(x);
  }

  private invalidate(): void {
    this.stamp += 1;
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled !== 0 || this.stopped.signal.aborted) return;
    this.scheduled = requestAnimationFrame(() => {
      this.scheduled = 0;
      this.draw();
    });
  }

  private draw(): void {
    const frame = this.frame();
    const { geometry } = this.scroller;
    this.model.show(
      geometry.firstRow,
      geometry.endRow,
      this.shown.map(({ tableIndex }) => tableIndex),
    );
    this.header.draw(frame);
    const bodyHasActive = this.pool.draw(frame);
    const headHasActive =
      frame.active.row === HEADER_ROW && this.shown.some(({ index }) => index === frame.active.column);
    setAttribute(
      this.scroller.element,
      'aria-activedescendant',
      bodyHasActive || headHasActive ? this.activeId : null,
    );
    this.interaction.drawn();
    this.tell();
  }

  private frame(): Frame {
    const { layout, scroller } = this;
    const { from, to } = layout.visible(scroller.scrollX);
    const shown = [...layout.placed.slice(0, layout.pinned), ...layout.placed.slice(from, to)];
    const same = shown.length === this.shown.length && shown.every((placed, i) => placed === this.shown[i]);
    if (!same) this.shown = shown;
    return {
      geometry: scroller.geometry,
      layout,
      scrollX: scroller.scrollX,
      shown: this.shown,
      model: this.model,
      active: this.selected.active,
      rectangles: this.rectangles,
      sort: this.current.sort,
      tableRows: this.tableRows,
      readonly: this.current.readonly,
      stamp: this.stamp,
    };
  }

  private tell(): void {
    const names = this.shown.map(({ column }) => column.name);
    if (!sameNames(names, this.told.names)) {
      this.told.names = names;
      this.events.visibleColumns(names);
    }
    const topRow = this.scroller.geometry.firstRow;
    if (topRow !== this.told.topRow) {
      this.told.topRow = topRow;
      this.events.topRow(topRow);
    }
    this.tellSelection();
  }

  /** A selection is told again when the position of its active row becomes known. */
  private tellSelection(): void {
    const { row } = this.selected.active;
    const position = row === HEADER_ROW ? null : this.model.position(row);
    if (!this.told.selectionDue && (position === null || position === this.told.position)) return;
    this.told.selectionDue = false;
    this.told.position = position;
    const names = (first: number, last: number): SelectedRange['columns'] => this.layout.names(first, last);
    this.events.selectionChange(this.selected.describe(this.extent, names, () => position));
  }
}

function emptyLayout(): ColumnLayout {
  return new ColumnLayout({ columns: [], frozen: [], widths: new Map(), gutterWidth: 0, viewportWidth: 0 });
}
