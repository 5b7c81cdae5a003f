import { Component, computed, effect, inject, untracked, viewChild, type ElementRef } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import type { Column } from '../../protocol/messages';
import { GESTURES, Catalogue } from '../../session/catalogue';
import { FilterStore, type NewFilter } from '../../session/filters';
import { OperationDesk } from '../../session/operation-desk';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { whole } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { ColumnPicker } from '../../forms/editors/column-picker';
import { SidePanel } from '../operation/start-operation';
import { FilterCard } from './filter-card';
import { firstFilter } from './first-filter';

const SEARCH_DELAY_MS = 300;

/** What narrows the rows on the screen; it changes nothing until it is made an operation. */
@Component({
  selector: 'wl-filters-panel',
  imports: [ColumnPicker, FilterCard, Icon, MatButtonModule, MatMenuModule],
  templateUrl: './filters-panel.html',
  styleUrl: './filters-panel.scss',
})
export class FiltersPanel {
  protected readonly filters = inject(FilterStore);
  protected readonly session = inject(SessionStore);
  protected readonly table = inject(TableStore);
  private readonly catalogue = inject(Catalogue);
  private readonly side = inject(SidePanel);
  private readonly searchBox = viewChild.required<ElementRef<HTMLInputElement>>('searchBox');

  private timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly summary = computed(() => {
    const shown = this.table.shown();
    if (!shown) return '';
    if (shown.view.where === null) return `${whole(this.session.rows())} rows`;
    return `${whole(shown.rows)} of ${whole(this.session.rows())} rows`;
  });
  protected readonly canMakeOperation = computed(
    () => this.filters.where() !== null && this.catalogue.find(GESTURES.keepRows) !== undefined,
  );

  constructor() {
    const desk = inject(OperationDesk);
    effect(() => {
      const done = desk.applied();
      if (done?.operation.op === GESTURES.keepRows) untracked(() => this.forget(done.operation['where']));
    });
  }

  focusSearch(): void {
    const box = this.searchBox().nativeElement;
    box.focus();
    box.select();
  }

  protected searchTyped(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.filters.search.set(text), SEARCH_DELAY_MS);
  }

  protected searchNow(text: string): void {
    clearTimeout(this.timer);
    this.filters.search.set(text);
  }

  protected addFor([name]: readonly string[]): void {
    const column = this.session.columns().find((candidate) => candidate.name === name);
    if (column) this.add(firstFilter(column, this.session.supports('column.values')));
  }

  protected addDuplicates(): void {
    const selected = this.table.selectedColumns().map((column) => column.name);
    this.add({ kind: 'duplicate', columns: selected });
  }

  protected columnOf(name: string): Column | undefined {
    return this.session.columns().find((column) => column.name === name);
  }

  protected clear(): void {
    this.searchNow('');
    this.filters.clear();
  }

  protected makeOperation(keep: boolean): void {
    this.side.startById(GESTURES.keepRows, { where: this.filters.where(), keep }, []);
  }

  /** Filters that became an operation have done their work. */
  private forget(where: unknown): void {
    if (JSON.stringify(where) === JSON.stringify(this.filters.where())) this.clear();
  }

  private add(filter: NewFilter): void {
    this.filters.add(filter);
  }
}
