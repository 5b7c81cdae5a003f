import { Component, computed, inject } from '@angular/core';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { duration, plural, whole } from '../../ui/format';
import { Icon } from '../../ui/icon';

const CONNECTION_WORDS = {
  connecting: 'Connecting…',
  open: 'Connected',
  waiting: 'Not connected',
  refused: 'Not connected',
  closed: 'Closed',
} as const;

/** The last line of the window: how things stand. */
@Component({
  selector: 'wl-status-bar',
  imports: [Icon],
  templateUrl: './status-bar.html',
  styleUrl: './status-bar.scss',
})
export class StatusBar {
  protected readonly session = inject(SessionStore);
  private readonly table = inject(TableStore);

  protected readonly connection = computed(() => CONNECTION_WORDS[this.session.connection().kind]);

  protected readonly size = computed(() => {
    if (!this.session.ready()) return '';
    return `${plural(this.session.rows(), 'row')} × ${plural(this.session.columns().length, 'column')}`;
  });

  protected readonly filtered = computed(() => {
    const shown = this.table.shown();
    return shown?.view.where ? `${whole(shown.rows)} shown` : '';
  });

  private readonly viewed = computed(() => {
    const view = this.table.shown()?.view;
    return view !== undefined && (view.where !== null || view.sort.length > 0);
  });

  protected readonly selection = computed(() => {
    const selected = this.table.selected();
    if (!selected?.active || selected.active.row < 0) return '';
    const rows = selected.rows.last - selected.rows.first + 1;
    const columns = selected.columns.length;
    if (rows * columns > 1) return `${plural(rows, 'row')} × ${plural(columns, 'column')} selected`;
    const { column, row, position } = selected.active;
    const number = position ?? (this.viewed() ? null : row);
    return number === null ? column : `${column}, row ${whole(number + 1)}`;
  });

  protected readonly job = computed(() => this.session.jobs()[0]);

  protected readonly jobWords = computed(() => {
    const job = this.job();
    if (!job) return '';
    const share = job.fraction === null ? '' : ` ${Math.floor(job.fraction * 100)}%`;
    const left = typeof job.remaining_s !== 'number' ? '' : `, ${duration(job.remaining_s)} left`;
    return `${job.label}${share}${left}`;
  });

  protected cancel(job: string): void {
    this.session.cancelJob(job).catch(() => undefined);
  }
}
