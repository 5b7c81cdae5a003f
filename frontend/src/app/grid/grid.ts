import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  ViewEncapsulation,
  afterNextRender,
  effect,
  inject,
  input,
  output,
} from '@angular/core';

import type {
  CellEdit,
  CellMenuRequest,
  ColumnMove,
  ColumnResize,
  CopyOutcome,
  GridColumn,
  GridSelection,
  GridSource,
  HeaderMenuRequest,
  PendingEdit,
  SortKey,
  SortToggle,
} from './contract';
import type { GridEvents } from './events';
import { type GridInputs, WillowGrid } from './willow-grid';

/** The grid as an Angular component: passes inputs in and events out, and nothing more. See README.md. */
@Component({
  selector: 'wl-grid',
  template: '',
  styleUrl: './grid.scss',
  encapsulation: ViewEncapsulation.None,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class GridComponent {
  readonly columns = input.required<readonly GridColumn[]>();
  readonly source = input.required<GridSource>();
  readonly sort = input<readonly SortKey[]>([]);
  readonly frozen = input<readonly string[]>([]);
  readonly groupBy = input<readonly string[]>([]);
  readonly widths = input<Readonly<Record<string, number>>>({});
  readonly pending = input<readonly PendingEdit[]>([]);
  readonly readonly = input(false);
  readonly label = input('Table');

  readonly selectionChange = output<GridSelection>();
  readonly cellEdit = output<CellEdit>();
  readonly headerMenu = output<HeaderMenuRequest>();
  readonly typeMenu = output<HeaderMenuRequest>();
  readonly cellMenu = output<CellMenuRequest>();
  readonly sortToggle = output<SortToggle>();
  readonly columnMove = output<ColumnMove>();
  readonly columnResize = output<ColumnResize>();
  readonly visibleColumns = output<readonly string[]>();
  readonly topRow = output<number>();
  readonly copied = output<CopyOutcome>();
  readonly fetchFailed = output<unknown>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private core: WillowGrid | null = null;

  constructor() {
    afterNextRender(() => {
      this.core = new WillowGrid(this.host.nativeElement, this.events());
      this.core.update(this.inputs());
    });
    effect(() => {
      const inputs = this.inputs();
      this.core?.update(inputs);
    });
    inject(DestroyRef).onDestroy(() => {
      this.core?.destroy();
      this.core = null;
    });
  }

  /** Select a cell and scroll it into sight. */
  scrollTo(row: number, column?: string): void {
    this.core?.scrollTo(row, column);
  }

  selectColumns(names: readonly string[]): void {
    this.core?.selectColumns(names);
  }

  focus(): void {
    this.core?.focus();
  }

  editActive(): void {
    this.core?.editActive();
  }

  /** The selection as tab-separated text; rejects with `CopyRefused` and a sentence for the person. */
  copySelection(options: { header?: boolean } = {}): Promise<string> {
    return this.core?.copySelection(options) ?? Promise.resolve('');
  }

  fitColumn(name: string): void {
    this.core?.fitColumn(name);
  }

  setColumnWidth(name: string, width: number): void {
    this.core?.setColumnWidth(name, width);
  }

  /** Ask at once for what could not be loaded, as after a reconnect. */
  retryNow(): void {
    this.core?.retryNow();
  }

  private inputs(): GridInputs {
    return {
      columns: this.columns(),
      source: this.source(),
      sort: this.sort(),
      frozen: this.frozen(),
      groupBy: this.groupBy(),
      widths: this.widths(),
      pending: this.pending(),
      readonly: this.readonly(),
      label: this.label(),
    };
  }

  private events(): GridEvents {
    return {
      selectionChange: (selection) => this.selectionChange.emit(selection),
      cellEdit: (edit) => this.cellEdit.emit(edit),
      headerMenu: (request) => this.headerMenu.emit(request),
      typeMenu: (request) => this.typeMenu.emit(request),
      cellMenu: (request) => this.cellMenu.emit(request),
      sortToggle: (toggle) => this.sortToggle.emit(toggle),
      columnMove: (move) => this.columnMove.emit(move),
      columnResize: (resize) => this.columnResize.emit(resize),
      visibleColumns: (names) => this.visibleColumns.emit(names),
      topRow: (row) => this.topRow.emit(row),
      copied: (outcome) => this.copied.emit(outcome),
      fetchFailed: (error) => this.fetchFailed.emit(error),
    };
  }
}
