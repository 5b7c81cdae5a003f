import { Injectable, inject } from '@angular/core';
import { GESTURES } from '../../session/catalogue';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { RequestError } from '../../transport/errors';
import { SidePanel } from '../operation/start-operation';
import { spansOf, type PositionSpan } from './positions';

const WINDOW_ROWS = 1000;
const MOST_ROWS = 20_000;

/** Turns the selected rows of a view into positions, and those into an operation. */
@Injectable()
export class RowDeletion {
  private readonly session = inject(SessionStore);
  private readonly table = inject(TableStore);
  private readonly side = inject(SidePanel);

  async start(): Promise<void> {
    const rows = this.table.selected()?.rows;
    if (!rows) return;
    const positions = await this.positions(rows.first, rows.last);
    if (!this.side.startById(GESTURES.deleteRows, { rows: positions }, [])) {
      throw new RequestError('This server cannot delete single rows.', 'method_not_found');
    }
  }

  private async positions(first: number, last: number): Promise<readonly PositionSpan[]> {
    const shown = this.table.shown();
    if (!shown) return [];
    if (shown.view.where === null && shown.view.sort.length === 0)
      return [first === last ? first : [first, last]];
    if (last - first >= MOST_ROWS) {
      throw new RequestError(
        'These are too many rows to delete one by one. Filter them and use “Delete these rows”.',
        'too_large',
      );
    }
    const column = this.session
      .columns()
      .slice(0, 1)
      .map(({ name }) => name);
    const found: number[] = [];
    for (let row = first; row <= last; row += WINDOW_ROWS) {
      const count = Math.min(WINDOW_ROWS, last - row + 1);
      found.push(...(await this.table.window(shown, row, count, column, new AbortController().signal)).rows);
    }
    return spansOf(found);
  }
}
