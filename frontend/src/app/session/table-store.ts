import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import type { Cell, Column, Condition, FindRequest, Place, TableWindow, View } from '../protocol/messages';
import { isAbort, sentence } from '../transport/errors';
import { GESTURES } from './catalogue';
import { FilterStore } from './filters';
import { OperationDesk } from './operation-desk';
import { SessionStore } from './session-store';

/** A preview, and whether its rows are those of the version it is made from, each in its place. */
export interface ShownDraft {
  readonly id: string;
  readonly sameRows: boolean;
}

/** The table on the screen: which version or draft, through which view, and how many rows that has. */
export interface Shown {
  readonly version: number;
  readonly draft: ShownDraft | null;
  readonly view: View;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The part of a selection that anything outside the grid needs. */
export interface Selected {
  readonly columns: readonly string[];
  readonly rows: { readonly first: number; readonly last: number };
  readonly wholeRows: boolean;
  readonly active: { readonly row: number; readonly column: string; readonly position: number | null } | null;
}

export const NO_VIEW: View = { where: null, sort: [] };

/** What the grid shows. A new version or view takes the place of the old one when its number of rows is known. */
@Injectable()
export class TableStore {
  private readonly session = inject(SessionStore);
  private readonly filters = inject(FilterStore);
  private readonly desk = inject(OperationDesk);

  readonly shown = signal<Shown | null>(null);
  readonly selected = signal<Selected | null>(null);
  /** The rows of a newer view are being counted. */
  readonly counting = signal(false);
  /** Why the newest view cannot be shown. */
  readonly problem = signal<string | null>(null);

  readonly selectedColumns = computed(() => {
    const names = new Set(this.selected()?.columns);
    return this.session.columns().filter((column) => names.has(column.name));
  });

  /** The same while its impact is being counted. */
  private readonly draftId = computed(() => this.desk.draft()?.id ?? null);

  constructor() {
    effect((onCleanup) => {
      if (!this.session.ready()) return;
      const view = this.filters.view();
      const version = this.session.version();
      const columns = this.session.columns();
      this.draftId();
      const draft = untracked(this.desk.draft);
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      untracked(() => {
        if (draft && draft.base === version) {
          // A filter that became this operation hides just what it does: the draft is shown without it.
          const seen = draft.operation.op === GESTURES.keepRows ? { ...view, where: null } : view;
          const { id, sameRows, columns: drafted } = draft;
          void this.show(seen, version, drafted, { id, sameRows }, abort.signal);
        } else {
          void this.show(view, version, columns, null, abort.signal);
        }
      });
    });
    effect(() => {
      const columns = this.session.columns();
      if (this.session.ready()) untracked(() => this.filters.keepTo(columns));
    });
  }

  /** A rectangle of what is shown. */
  window(
    shown: Shown,
    row: number,
    count: number,
    columns: readonly string[],
    signal: AbortSignal,
  ): Promise<TableWindow> {
    return this.session.call(
      'table.window',
      { row, count, columns, ...address(shown) },
      { signal, retry: true },
    );
  }

  async cell(shown: Shown, row: number, column: string, signal: AbortSignal): Promise<Cell> {
    const { view, version } = shown;
    const answer = await this.session.call(
      'cell.get',
      { row, column, view, version },
      { signal, retry: true },
    );
    return answer.value;
  }

  /** The first cell with a text, of those read from a place on. */
  find(
    shown: Shown,
    sought: Pick<FindRequest, 'text' | 'regex' | 'case_sensitive' | 'from' | 'backwards'>,
    signal: AbortSignal,
  ): Promise<Place | null> {
    return this.session.call('table.find', { ...sought, ...address(shown) }, { signal, retry: true });
  }

  private async show(
    wanted: View,
    version: number,
    columns: readonly Column[],
    draft: ShownDraft | null,
    signal: AbortSignal,
  ): Promise<void> {
    const view = fits(wanted, columns) ? wanted : NO_VIEW;
    const target = { version, draft, view, columns };
    if (view.where === null && draft === null) {
      this.counting.set(false);
      this.problem.set(null);
      this.shown.set({ ...target, rows: this.session.rows() });
      return;
    }
    this.counting.set(true);
    try {
      const first = columns.slice(0, 1).map((column) => column.name);
      const params = { row: 0, count: 1, columns: first, ...address(target) };
      const { total_rows } = await this.session.call('table.window', params, { signal, retry: true });
      this.problem.set(null);
      this.shown.set({ ...target, rows: total_rows });
    } catch (error) {
      if (!isAbort(error)) this.problem.set(sentence(error));
    } finally {
      if (!signal.aborted) this.counting.set(false);
    }
  }
}

function address(shown: Omit<Shown, 'rows'>): { view?: View; version?: number; draft?: string } {
  const empty = shown.view.where === null && shown.view.sort.length === 0;
  return {
    ...(empty ? {} : { view: shown.view }),
    ...(shown.draft === null ? { version: shown.version } : { draft: shown.draft.id }),
  };
}

/** Whether a view names only columns that are there; a draft may have taken one away. */
function fits(view: View, columns: readonly Column[]): boolean {
  const names = new Set(columns.map((column) => column.name));
  return (
    view.sort.every((key) => names.has(key.column)) && columnsIn(view.where).every((name) => names.has(name))
  );
}

function columnsIn(condition: Condition | null): readonly string[] {
  if (condition === null) return [];
  if ('all' in condition) return condition.all.flatMap(columnsIn);
  if ('any' in condition) return condition.any.flatMap(columnsIn);
  if ('not' in condition) return columnsIn(condition.not);
  if ('columns' in condition) return condition.columns ?? [];
  return [condition.column];
}
