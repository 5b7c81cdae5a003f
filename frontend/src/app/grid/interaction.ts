/** Keys and pointers on the grid: what each of them does to its selection, and what it tells its owner. */

import type { Anchor } from './contract';
import type { PlacedColumn } from './column-layout';
import { type Drop, dropAt } from './column-drop';
import { Copying } from './copying';
import { element } from './dom';
import { Editing } from './editing';
import type { Box } from './editor';
import { HEADER_HEIGHT, ROW_HEIGHT } from './frame';
import { nextSort } from './header-facts';
import { HeaderPointer, type HeaderTarget } from './header-pointer';
import { type Command, commandFor, keyOf } from './keyboard';
import { fittingWidth } from './measure';
import { CellPointer, type Hit, type PointerTarget } from './pointer';
import { HEADER_ROW, type Place, type RangeKind } from './selection';
import { textForm } from './text-form';
import type { WillowGrid } from './willow-grid';

export class Interaction implements PointerTarget, HeaderTarget {
  readonly copying: Copying;
  readonly element: HTMLElement;
  private readonly dropLine = element('div', 'wl-drop-line', { role: 'presentation' });
  private readonly headerPointer: HeaderPointer;
  private readonly editing: Editing;

  constructor(
    private readonly grid: WillowGrid,
    stopped: AbortSignal,
  ) {
    this.element = grid.scroller.element;
    this.dropLine.hidden = true;
    grid.scroller.layer.append(this.dropLine);
    this.copying = new Copying(grid, stopped);
    this.editing = new Editing(grid, (place) => this.cellBox(place), stopped);
    this.headerPointer = new HeaderPointer(this, stopped);
    new CellPointer(this, stopped);
    this.element.addEventListener('keydown', (event) => this.onKey(event), { signal: stopped });
  }

  /** After every drawing: the editor stays on its cell. */
  drawn(): void {
    this.editing.follow();
  }

  edit(typed?: string): void {
    this.editing.open(typed);
  }

  // Keys

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.headerPointer.cancel()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const { selection, extent, inputs, scroller } = this.grid;
    const key = keyOf(event);
    const command = commandFor(key, {
      place: key.shift ? selection.head : selection.active,
      rows: extent.rows,
      columns: extent.columns,
      pageRows: scroller.geometry.pageRows,
      readonly: inputs.readonly,
    });
    if (!command) return;
    // The input method's first key must reach the editor that opens for it.
    if (!key.composing) event.preventDefault();
    this.perform(command);
  }

  private perform(command: Command): void {
    const { selection } = this.grid;
    const column = this.grid.layout.at(selection.active.column);
    switch (command.do) {
      case 'move':
        return this.grid.select(selection.select('cells', command.to), command.to);
      case 'extend':
        return this.grid.select(selection.extend(command.to), command.to);
      case 'widen':
        return this.grid.select(selection.widen(command.kind));
      case 'edit':
        return this.edit(command.text);
      case 'moveColumn':
        return this.moveColumn(command.by);
      case 'headerMenu':
        return this.openHeaderMenu(selection.active.column, this.headerAnchor(selection.active.column));
      case 'cellMenu':
        return this.openCellMenu(selection.active, this.anchorOf(this.cellBox(selection.active)));
      case 'sort':
        if (column) this.sort(column.index, false);
        return;
    }
  }

  private moveColumn(by: -1 | 1): void {
    const { layout, selection, events } = this.grid;
    const moving = layout.at(selection.active.column);
    const neighbour = layout.at(selection.active.column + by);
    if (moving && neighbour)
      events.columnMove({ column: moving.column.name, position: neighbour.tableIndex });
  }

  // Cells

  hit(clientX: number, clientY: number): Hit | null {
    const { layout, scroller, extent } = this.grid;
    const { x, y } = this.toLocal(clientX, clientY);
    if (x < 0 || y < 0 || x >= scroller.width || y >= scroller.height) return null;
    const column = layout.placeAt(x, scroller.scrollX);
    if (column === null) return null;
    if (y < HEADER_HEIGHT) return { area: column < 0 ? 'corner' : 'header', row: HEADER_ROW, column };
    const row = scroller.geometry.rowAt(y - HEADER_HEIGHT);
    const below = y - HEADER_HEIGHT >= scroller.geometry.rowTop(row) + ROW_HEIGHT;
    if (below || extent.rows === 0) return null;
    return { area: column < 0 ? 'gutter' : 'cells', row, column };
  }

  nearest(clientX: number, clientY: number): Place {
    const { layout, scroller, extent } = this.grid;
    const { x, y } = this.toLocal(clientX, clientY);
    const inside = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
    const row = scroller.geometry.rowAt(inside(y - HEADER_HEIGHT, 0, scroller.geometry.bodyHeight - 1));
    const column = layout.placeAt(inside(x, layout.gutterWidth, scroller.width - 1), scroller.scrollX);
    return { row: Math.max(0, row), column: Math.max(0, column ?? extent.columns - 1) };
  }

  bodyBox(): { left: number; top: number; right: number; bottom: number } {
    const { left, top } = this.element.getBoundingClientRect();
    const { width, height } = this.grid.scroller;
    return {
      left: left + this.grid.layout.pinnedWidth,
      top: top + HEADER_HEIGHT,
      right: left + width,
      bottom: top + height,
    };
  }

  pick(kind: RangeKind, place: Place, { extend, add }: { extend: boolean; add: boolean }): void {
    const { selection } = this.grid;
    const extends_ = extend && kind === selection.kind;
    this.grid.select(extends_ ? selection.extend(place) : selection.select(kind, place, { add }));
  }

  drag(place: Place): void {
    this.grid.select(this.grid.selection.extend(place));
  }

  isSelected({ row, column }: Place): boolean {
    return this.grid.selectedRectangles.some(
      ({ rows, columns }) =>
        rows.first <= row && row <= rows.last && columns.first <= column && column <= columns.last,
    );
  }

  openCellMenu(place: Place, anchor: Anchor): void {
    const column = this.grid.layout.at(place.column)?.column.name;
    if (column === undefined) return;
    this.grid.events.cellMenu({
      row: place.row,
      position: this.grid.model.position(place.row),
      column,
      anchor,
    });
  }

  scrollBy(dx: number, dy: number): void {
    this.grid.scroller.moveBy(dx, dy);
  }

  // Headers

  headerEnds(): { left: number; right: number } {
    return this.bodyBox();
  }

  columnWidth(column: number): number {
    return this.grid.layout.at(column)?.width ?? 0;
  }

  canMove(column: number): boolean {
    return !this.grid.inputs.readonly && this.grid.layout.at(column)?.column.mark === undefined;
  }

  dropAt(column: number, clientX: number): Drop | null {
    return dropAt(this.grid.layout, column, this.toLocal(clientX, 0).x, this.grid.scroller.scrollX);
  }

  showDrop(drop: Drop | null): void {
    this.dropLine.hidden = drop === null;
    if (drop) this.dropLine.style.transform = `translateX(${drop.lineX}px)`;
  }

  drop(column: number, { position }: Drop): void {
    this.withName(column, (name) => this.grid.events.columnMove({ column: name, position }));
  }

  selectColumn(column: number, how: { extend: boolean; add: boolean }): void {
    this.pick('columns', { row: this.grid.rowsInSight.from, column }, how);
  }

  sort(column: number, keepOthers: boolean): void {
    this.withName(column, (name) =>
      this.grid.events.sortToggle(nextSort(name, this.grid.inputs.sort, keepOthers)),
    );
  }

  openHeaderMenu(column: number, anchor: Anchor): void {
    this.withName(column, (name) => this.grid.events.headerMenu({ column: name, anchor }));
  }

  openTypeMenu(column: number, anchor: Anchor): void {
    this.withName(column, (name) => this.grid.events.typeMenu({ column: name, anchor }));
  }

  resizeColumn(column: number, width: number, done: boolean): void {
    this.withName(column, (name) => this.grid.setColumnWidth(name, width, { tell: done }));
  }

  fitColumn(column: number | string): void {
    const { layout, model, rowsInSight } = this.grid;
    const placed = typeof column === 'string' ? layout.named(column) : layout.at(column);
    if (!placed) return;
    const texts: string[] = [];
    for (let row = rowsInSight.from; row < rowsInSight.to; row += 1) {
      const { value, state, before } = model.cell(row, placed);
      if (state === 'loading') continue;
      const written = [value, ...(before === undefined ? [] : [before])];
      texts.push(
        written.map((cell) => (cell === null ? 'missing' : textForm(cell, placed.column.type))).join(' → '),
      );
    }
    this.grid.setColumnWidth(placed.column.name, fittingWidth(placed.column.name, texts, this.element));
  }

  private withName(column: number, use: (name: string, placed: PlacedColumn) => void): void {
    const placed = this.grid.layout.at(column);
    if (placed) use(placed.column.name, placed);
  }

  // Places on the screen

  private toLocal(clientX: number, clientY: number): { x: number; y: number } {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  private cellBox({ row, column }: Place): Box {
    const { layout, scroller } = this.grid;
    return {
      left: layout.screenLeft(column, scroller.scrollX),
      top: HEADER_HEIGHT + scroller.geometry.rowTop(row),
      width: layout.at(column)?.width ?? 0,
      height: ROW_HEIGHT,
    };
  }

  private headerAnchor(column: number): Anchor {
    return this.anchorOf({ ...this.cellBox({ row: 0, column }), top: 0, height: HEADER_HEIGHT });
  }

  private anchorOf({ left, top, width, height }: Box): Anchor {
    const origin = this.element.getBoundingClientRect();
    return { x: origin.left + left, y: origin.top + top, width, height };
  }
}
