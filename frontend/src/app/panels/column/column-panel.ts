import { Component, computed, inject } from '@angular/core';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { ColumnStatistics } from './column-statistics';

/** The statistics of the column in which the active cell is. */
@Component({
  selector: 'wl-column-panel',
  imports: [ColumnStatistics],
  template: `
    @if (column(); as shown) {
      <wl-column-statistics [column]="shown" />
    } @else {
      <p class="quiet">Select a column to see its statistics.</p>
    }
  `,
  styles: `
    :host {
      display: block;
      padding: 12px 14px;
    }
  `,
})
export class ColumnPanel {
  private readonly session = inject(SessionStore);
  private readonly table = inject(TableStore);

  protected readonly column = computed(() => {
    const name = this.table.selected()?.active?.column;
    return this.session.columns().find((column) => column.name === name);
  });
}
