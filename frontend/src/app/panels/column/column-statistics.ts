import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { FrequencyBars } from '../../charts/frequency-bars';
import { Histogram } from '../../charts/histogram';
import type { Column, ColumnStatistics as Statistics } from '../../protocol/messages';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { isAbort, sentence } from '../../transport/errors';
import { percent, plural } from '../../ui/format';
import { TypeMark } from '../../ui/type-mark';
import { statisticGroups } from './statistic-rows';

/** The exact statistics of one column, over the rows that the filters let through. */
@Component({
  selector: 'wl-column-statistics',
  imports: [FrequencyBars, Histogram, TypeMark],
  templateUrl: './column-statistics.html',
  styleUrl: './column-statistics.scss',
})
export class ColumnStatistics {
  readonly column = input.required<Column>();

  protected readonly session = inject(SessionStore);
  private readonly table = inject(TableStore);

  protected readonly statistics = signal<Statistics | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly loading = signal(false);

  protected readonly filtered = computed(() => (this.table.shown()?.view.where ?? null) !== null);
  protected readonly groups = computed(() => {
    const statistics = this.statistics();
    return statistics ? statisticGroups(statistics) : [];
  });
  protected readonly mode = computed(() => {
    const { mode, mode_count: count } = this.statistics() ?? {};
    if (!mode || mode.length === 0) return null;
    const values = mode.slice(0, 3).map((value) => (value === '' ? 'empty text' : String(value)));
    const more = mode.length > 3 ? ` and ${mode.length - 3} more` : '';
    return `${values.join(', ')}${more}${typeof count !== 'number' ? '' : ` (${plural(count, 'time')})`}`;
  });
  protected readonly quality = computed(() => {
    const statistics = this.statistics();
    if (!statistics || statistics.count === 0) return null;
    return {
      share: statistics.missing / statistics.count,
      words: `${percent(statistics.missing, statistics.count)} missing`,
    };
  });

  constructor() {
    effect((onCleanup) => {
      const { name } = this.column();
      const shown = this.table.shown();
      if (!shown || !this.session.connected()) return;
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      const view = shown.view.where === null ? {} : { view: { where: shown.view.where, sort: [] } };
      untracked(() => void this.load({ column: name, ...view }, abort.signal));
    });
  }

  protected wordTotal(statistics: Statistics): number {
    return statistics.words_total ?? statistics.count;
  }

  private async load(request: { column: string }, signal: AbortSignal): Promise<void> {
    this.loading.set(true);
    this.problem.set(null);
    try {
      this.statistics.set(await this.session.call('column.analyze', request, { signal, retry: true }));
    } catch (error) {
      if (isAbort(error)) return;
      this.statistics.set(null);
      this.problem.set(sentence(error));
    } finally {
      if (!signal.aborted) this.loading.set(false);
    }
  }
}
