/** Draws the rows in sight: a pool of row elements, row r in slot r % pool, moved by transforms. */

import { CellElement, type CellLook } from './cell-element';
import type { PlacedColumn } from './column-layout';
import { element, setAttribute } from './dom';
import { type Frame, columnTransform } from './frame';
import type { Rectangle } from './selection';

/** More than any screen shows; keeps a grid without a height from drawing everything. */
const MOST_ROWS = 200;

interface Slot {
  readonly element: HTMLElement;
  readonly gutter: HTMLElement;
  readonly cells: Map<number, CellElement>;
  row: number;
  /** The frame's stamp and columns when the cells were last written. */
  stamp: number;
  shown: readonly PlacedColumn[];
  scrollX: number;
}

export class RowPool {
  private slots: Slot[] = [];

  constructor(
    private readonly body: HTMLElement,
    private readonly rowHeight: number,
    private readonly activeId: string,
  ) {}

  /** Enough rows for a height, one more for the row cut at the top. */
  resize(bodyHeight: number): void {
    const wanted = Math.min(MOST_ROWS, Math.ceil(bodyHeight / this.rowHeight) + 1);
    if (wanted === this.slots.length) return;
    while (this.slots.length > wanted) this.slots.pop()?.element.remove();
    while (this.slots.length < wanted) this.slots.push(this.newSlot());
    for (const slot of this.slots) slot.row = -1;
  }

  /** Draw, and tell whether the active cell is among what was drawn. */
  draw(frame: Frame): boolean {
    const pool = this.slots.length;
    const first = frame.geometry.firstRow;
    let activeDrawn = false;
    for (let row = first; row < first + pool; row += 1) {
      const slot = this.slots[row % pool];
      if (!slot) continue;
      if (row >= frame.geometry.endRow) {
        this.hide(slot);
        continue;
      }
      const isActive = row === frame.active.row;
      if (slot.row !== row || slot.stamp !== frame.stamp || slot.shown !== frame.shown)
        this.fill(slot, row, frame);
      slot.element.style.transform = `translate(${-frame.scrollX}px,${frame.geometry.rowTop(row)}px)`;
      if (slot.scrollX !== frame.scrollX) this.holdPinned(slot, frame);
      activeDrawn ||= isActive && slot.cells.has(frame.active.column);
    }
    return activeDrawn;
  }

  private newSlot(): Slot {
    const gutter = element('div', 'wl-gutter', { role: 'rowheader', 'aria-colindex': '1' });
    const row = element('div', 'wl-row', { role: 'row' }, gutter);
    row.style.height = `${this.rowHeight}px`;
    this.body.append(row);
    return { element: row, gutter, cells: new Map(), row: -1, stamp: -1, shown: [], scrollX: Number.NaN };
  }

  private hide(slot: Slot): void {
    slot.row = -1;
    slot.element.hidden = true;
  }

  private fill(slot: Slot, row: number, frame: Frame): void {
    const sameRow = slot.row === row && slot.stamp === frame.stamp;
    slot.row = row;
    slot.stamp = frame.stamp;
    slot.shown = frame.shown;
    slot.scrollX = Number.NaN;
    const selected = frame.rectangles.filter(({ rows }) => rows.first <= row && row <= rows.last);
    const assigned = this.assignCells(slot, frame);
    if (!sameRow) this.fillRow(slot, row, frame, selected.length > 0);
    for (const placed of frame.shown) {
      if (sameRow && !assigned.has(placed.index)) continue;
      const isActive = row === frame.active.row && placed.index === frame.active.column;
      const look = lookOf(placed, row, frame, selected, isActive);
      slot.cells
        .get(placed.index)
        ?.draw(frame.model.cell(row, placed), look, isActive ? this.activeId : null);
    }
  }

  /** What belongs to the row as a whole, and its number. */
  private fillRow({ element: target, gutter }: Slot, row: number, frame: Frame, within: boolean): void {
    const view = frame.model.row(row);
    const number = view.position === null ? '' : (view.position + 1).toLocaleString('en');
    target.hidden = false;
    setAttribute(target, 'aria-rowindex', String(row + 2));
    target.classList.toggle('wl-deleted', view.deleted);
    target.classList.toggle('wl-separated', view.separated);
    if (gutter.textContent !== number) gutter.textContent = number;
    gutter.style.width = `${frame.layout.gutterWidth}px`;
    setAttribute(gutter, 'aria-label', view.deleted ? `row ${number}, to be deleted` : null);
    gutter.classList.toggle('wl-within', within);
  }

  /** Give every shown column a cell element, taking those of columns that left; tells which are new. */
  private assignCells(slot: Slot, frame: Frame): ReadonlySet<number> {
    const assigned = new Set<number>();
    const shown = new Set(frame.shown.map(({ index }) => index));
    const free: CellElement[] = [];
    for (const [index, cell] of slot.cells) {
      if (shown.has(index)) continue;
      free.push(cell);
      slot.cells.delete(index);
    }
    for (const { index, width } of frame.shown) {
      let cell = slot.cells.get(index);
      if (!cell) {
        cell = free.pop() ?? new CellElement();
        if (!cell.element.parentNode) slot.element.append(cell.element);
        slot.cells.set(index, cell);
        assigned.add(index);
      }
      cell.place(index + 2, width);
    }
    for (const cell of free) cell.element.remove();
    return assigned;
  }

  private holdPinned(slot: Slot, frame: Frame): void {
    const first = Number.isNaN(slot.scrollX);
    slot.scrollX = frame.scrollX;
    slot.gutter.style.transform = `translateX(${frame.scrollX}px)`;
    for (const placed of frame.shown) {
      if (!first && !frame.layout.isPinned(placed.index)) break;
      slot.cells.get(placed.index)?.moveTo(columnTransform(frame, placed));
    }
  }
}

function lookOf(
  { column, index }: PlacedColumn,
  row: number,
  frame: Frame,
  rectangles: readonly Rectangle[],
  active: boolean,
): CellLook {
  let edges = '';
  let selected = false;
  for (const { rows, columns } of rectangles) {
    if (index < columns.first || index > columns.last) continue;
    selected = true;
    if (row === rows.first) edges += ' wl-top';
    if (row === rows.last) edges += ' wl-bottom';
    if (index === columns.first) edges += ' wl-left';
    if (index === columns.last) edges += ' wl-right';
  }
  const beforeType = column.beforeType ?? column.type;
  return {
    type: column.type,
    beforeType,
    pinned: frame.layout.isPinned(index),
    mark: column.mark,
    selected,
    edges,
    active,
  };
}
