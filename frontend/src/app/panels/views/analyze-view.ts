import { Component, computed, inject, linkedSignal } from '@angular/core';
import { ColumnPicker } from '../../forms/editors/column-picker';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { ColumnStatistics } from '../column/column-statistics';

const MOST_COLUMNS = 4;

/** The statistics of up to four columns, side by side. */
@Component({
  selector: 'wl-analyze-view',
  imports: [ColumnPicker, ColumnStatistics],
  template: `
    <div class="field chooser">
      <label class="field-label" for="analyze-columns">Columns to compare (up to four)</label>
      <wl-column-picker
        inputId="analyze-columns"
        [several]="true"
        [most]="most"
        [columns]="session.columns()"
        [value]="names()"
        (valueChange)="names.set($event.slice(0, most))"
      />
    </div>
    <div class="columns">
      @for (column of columns(); track column.name) {
        <section [attr.aria-label]="column.name"><wl-column-statistics [column]="column" /></section>
      } @empty {
        <p class="quiet">Choose columns to see their statistics side by side.</p>
      }
    </div>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 14px;
      min-height: 0;
      padding: 14px;
      overflow: auto;
    }
    .chooser {
      max-width: 640px;
    }
    .columns {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(250px, 1fr));
      gap: 14px;
      align-items: start;
    }
    section {
      padding: 14px;
      border: 1px solid var(--wl-line);
      border-radius: 12px;
      background: var(--mat-sys-surface-container-low);
    }
  `,
})
export class AnalyzeView {
  protected readonly session = inject(SessionStore);
  private readonly table = inject(TableStore);

  protected readonly most = MOST_COLUMNS;
  protected readonly names = linkedSignal<readonly string[]>(() => {
    const selected = this.table.selected()?.columns ?? [];
    const first = this.session.columns().map((column) => column.name);
    return (selected.length > 1 ? selected : first).slice(0, selected.length > 1 ? MOST_COLUMNS : 2);
  });
  protected readonly columns = computed(() => {
    const known = new Map(this.session.columns().map((column) => [column.name, column]));
    return this.names().flatMap((name) => known.get(name) ?? []);
  });
}
