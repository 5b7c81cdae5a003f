import { Component, computed, effect, inject, signal, untracked, viewChild } from '@angular/core';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { MatMenuModule, type MatMenuTrigger } from '@angular/material/menu';
import type {
  Anchor,
  CellEdit,
  CellMenuRequest,
  ColumnMove,
  ColumnResize,
  CopyOutcome,
  GridSelection,
  HeaderMenuRequest,
} from '../../grid/contract';
import { GridComponent } from '../../grid/grid';
import type { Column } from '../../protocol/messages';
import { Catalogue, GESTURES } from '../../session/catalogue';
import { FilterStore } from '../../session/filters';
import { OperationDesk } from '../../session/operation-desk';
import { Profiles } from '../../session/profiles';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { sentence } from '../../transport/errors';
import { plural } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { firstFilter } from '../filters/first-filter';
import { SidePanel } from '../operation/start-operation';
import { Toasts } from '../toasts';
import { CellEdits } from './cell-edits';
import { gridColumns, gridSource, versionOf } from './grid-source';
import { RowDeletion } from './row-deletion';

/** The grid, joined to the session: what it shows, and what its gestures do. */
@Component({
  selector: 'wl-table-panel',
  imports: [GridComponent, Icon, MatMenuModule],
  providers: [CellEdits, RowDeletion],
  templateUrl: './table-panel.html',
  styleUrl: './table-panel.scss',
})
export class TablePanel {
  protected readonly session = inject(SessionStore);
  protected readonly table = inject(TableStore);
  protected readonly filters = inject(FilterStore);
  protected readonly desk = inject(OperationDesk);
  protected readonly side = inject(SidePanel);
  protected readonly edits = inject(CellEdits);
  private readonly deletion = inject(RowDeletion);
  private readonly profiles = inject(Profiles);
  private readonly catalogue = inject(Catalogue);
  private readonly toasts = inject(Toasts);
  private readonly announcer = inject(LiveAnnouncer);

  private readonly grid = viewChild(GridComponent);
  private readonly columnTrigger = viewChild.required<MatMenuTrigger>('columnTrigger');
  private readonly cellTrigger = viewChild.required<MatMenuTrigger>('cellTrigger');

  protected readonly frozen = signal<readonly string[]>([]);
  protected readonly widths = signal<Readonly<Record<string, number>>>({});
  protected readonly anchor = signal<Anchor>({ x: 0, y: 0, width: 0, height: 0 });
  protected readonly menuColumn = signal<Column | null>(null);
  protected readonly menuCell = signal<CellMenuRequest | null>(null);

  protected readonly source = computed(() => {
    const shown = this.table.shown();
    return (
      shown && gridSource(this.table, shown, untracked(this.session.columns), untracked(this.session.rows))
    );
  });
  protected readonly columns = computed(() => {
    const shown = this.table.shown();
    return shown ? gridColumns(shown, this.session.columns(), this.profiles.known()) : [];
  });
  /** Filtering by duplicates shows the groups apart. */
  protected readonly groupBy = computed(() =>
    this.filters.filters().flatMap((filter) => (filter.kind === 'duplicate' ? filter.columns : [])),
  );
  protected readonly readonly = computed(
    () =>
      !this.session.connected() ||
      (this.table.shown()?.draft ?? null) !== null ||
      this.catalogue.find(GESTURES.editCell) === undefined,
  );
  /** What can be done to the column whose menu is open. */
  protected readonly columnSections = computed(() => {
    const column = this.menuColumn();
    if (!column) return [];
    return this.catalogue
      .offered([column], this.session.columns())
      .map((section) => ({
        ...section,
        operations: section.operations.filter(({ obstacle }) => obstacle === null),
      }))
      .filter((section) => section.operations.length > 0);
  });

  private visible: readonly string[] = [];

  constructor() {
    effect(() => {
      if (this.session.connected()) untracked(() => this.grid()?.retryNow());
    });
    effect(() => {
      this.session.version();
      if (this.session.ready()) untracked(() => this.profiles.want(this.visible));
    });
  }

  focus(): void {
    this.grid()?.focus();
  }

  goTo(row: number, column?: string): void {
    const last = Math.max(0, (this.table.shown()?.rows ?? 1) - 1);
    this.grid()?.scrollTo(Math.min(last, Math.max(0, row)), column);
    this.focus();
  }

  /** Make a cell the active one and show it, without taking the focus. */
  show(row: number, column: string): void {
    this.grid()?.scrollTo(row, column);
  }

  selectColumn(name: string): void {
    this.grid()?.scrollTo(0, name);
    this.grid()?.selectColumns([name]);
  }

  protected selectionChanged(selection: GridSelection): void {
    const wholeRows = selection.kind === 'rows' || selection.kind === 'all';
    this.table.selected.set({
      columns: [...new Set(selection.ranges.flatMap((range) => range.columns))],
      rows: selection.rows,
      wholeRows,
      active: selection.active,
    });
  }

  protected visibleChanged(names: readonly string[]): void {
    this.visible = names;
    this.profiles.want(names);
  }

  protected resized({ column, width }: ColumnResize): void {
    this.widths.update((widths) => ({ ...widths, [column]: width }));
  }

  protected edited(edit: CellEdit): void {
    this.edits.add(edit, versionOf(edit.key));
  }

  protected moved({ column, position }: ColumnMove): void {
    this.desk
      .applyAtOnce({ op: GESTURES.moveColumn, column, position })
      .catch((error: unknown) => this.toasts.show(sentence(error)));
  }

  protected copied(outcome: CopyOutcome): void {
    if (outcome.outcome === 'refused') this.toasts.show(outcome.message);
    else void this.announcer.announce(`${plural(outcome.cells, 'cell')} copied`);
  }

  protected openColumnMenu({ column, anchor }: HeaderMenuRequest): void {
    this.menuColumn.set(this.session.columns().find(({ name }) => name === column) ?? null);
    this.open(this.columnTrigger(), anchor);
  }

  protected changeType({ column }: HeaderMenuRequest): void {
    const found = this.session.columns().find(({ name }) => name === column);
    if (found) this.side.startById(GESTURES.changeType, {}, [found]);
  }

  protected openCellMenu(request: CellMenuRequest): void {
    this.menuCell.set(request);
    this.open(this.cellTrigger(), request.anchor);
  }

  protected addFilter(column: Column): void {
    this.filters.add(firstFilter(column, this.session.supports('column.values')));
    this.side.filtersAsked.update((count) => count + 1);
  }

  protected showStatistics(column: Column): void {
    this.grid()?.selectColumns([column.name]);
    this.side.show('Column');
  }

  protected toggleFrozen(name: string): void {
    this.frozen.update((names) =>
      names.includes(name) ? names.filter((other) => other !== name) : [...names, name],
    );
  }

  protected fit(name: string): void {
    this.grid()?.fitColumn(name);
  }

  protected async copy(header: boolean): Promise<void> {
    try {
      const text = await this.grid()?.copySelection({ header });
      if (text !== undefined) await navigator.clipboard.writeText(text);
    } catch (error) {
      this.toasts.show(sentence(error));
    }
  }

  protected editActive(): void {
    this.grid()?.editActive();
  }

  protected setMissing({ position, column }: CellMenuRequest): void {
    if (position !== null) this.edits.add({ position, column, value: null }, this.session.version());
  }

  protected deleteRows(): void {
    this.deletion.start().catch((error: unknown) => this.toasts.show(sentence(error)));
  }

  protected selectedRowsWords(): string {
    const rows = this.table.selected()?.rows;
    return rows ? plural(rows.last - rows.first + 1, 'row') : '';
  }

  private open(trigger: MatMenuTrigger, anchor: Anchor): void {
    this.anchor.set(anchor);
    // The anchor element takes its place before the menu measures it.
    requestAnimationFrame(() => trigger.openMenu());
  }
}
