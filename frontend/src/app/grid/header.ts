/** Draws the row of column headers: those in sight, each made anew only when its contents change. */

import type { GridColumn } from './contract';
import type { PlacedColumn } from './column-layout';
import { element, setAttribute } from './dom';
import { type Frame, columnTransform } from './frame';
import { headerCell } from './header-cell';
import { sortFact } from './header-facts';
import { HEADER_ROW } from './selection';

interface Head {
  readonly element: HTMLElement;
  readonly column: GridColumn;
  readonly sort: string;
  readonly tableRows: number;
}

export class HeaderRow {
  /** `role="row"`; holds the corner and the column headers. */
  readonly element = element('div', 'wl-head-row', { role: 'row', 'aria-rowindex': '1' });
  private readonly corner = element(
    'div',
    'wl-corner',
    { role: 'columnheader', 'aria-colindex': '1', title: 'Select all' },
    'row',
  );
  private readonly heads = new Map<number, Head>();

  constructor(private readonly activeId: string) {
    this.element.append(this.corner);
  }

  draw(frame: Frame): void {
    this.element.style.transform = `translateX(${-frame.scrollX}px)`;
    this.corner.style.transform = `translateX(${frame.scrollX}px)`;
    this.corner.style.width = `${frame.layout.gutterWidth}px`;
    const shown = new Set(frame.shown.map(({ index }) => index));
    for (const index of [...this.heads.keys()]) if (!shown.has(index)) this.remove(index);
    for (const placed of frame.shown) this.drawHead(placed, frame);
  }

  private remove(index: number): void {
    this.heads.get(index)?.element.remove();
    this.heads.delete(index);
  }

  private drawHead(placed: PlacedColumn, frame: Frame): void {
    const { index, column } = placed;
    const head = this.upToDate(placed, frame);
    const isActive = frame.active.row === HEADER_ROW && frame.active.column === index;
    const within = frame.rectangles.some(({ columns }) => columns.first <= index && index <= columns.last);
    head.style.transform = columnTransform(frame, placed);
    head.style.width = `${placed.width}px`;
    head.classList.toggle('wl-pinned', frame.layout.isPinned(index));
    head.classList.toggle('wl-active', isActive);
    head.classList.toggle('wl-within', within);
    head.classList.toggle('wl-movable', !frame.readonly && column.mark === undefined);
    setAttribute(head, 'id', isActive ? this.activeId : null);
  }

  private upToDate({ index, column }: PlacedColumn, frame: Frame): HTMLElement {
    const sort = sortFact(column.name, frame.sort);
    const sortKey = `${sort?.direction ?? ''}${sort?.place ?? ''}`;
    const known = this.heads.get(index);
    if (known && known.column === column && known.sort === sortKey && known.tableRows === frame.tableRows)
      return known.element;
    const made = headerCell({ column, sort, rows: frame.tableRows });
    made.setAttribute('aria-colindex', String(index + 2));
    made.dataset['place'] = String(index);
    if (known) known.element.replaceWith(made);
    else this.element.append(made);
    this.heads.set(index, { element: made, column, sort: sortKey, tableRows: frame.tableRows });
    return made;
  }
}
