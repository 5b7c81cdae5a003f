import { Injectable, computed, signal } from '@angular/core';
import type { Cell, Column, Condition, SortKey, TextTest, View } from '../protocol/messages';

interface Common {
  readonly id: number;
}

/** One filter as the person sees it. */
export type Filter = Common &
  (
    | {
        readonly kind: 'values';
        readonly column: string;
        readonly values: readonly Cell[];
        readonly exclude: boolean;
      }
    | { readonly kind: 'range'; readonly column: string; readonly low: Cell; readonly high: Cell }
    | {
        readonly kind: 'text';
        readonly column: string;
        readonly test: TextTest;
        readonly text: string;
        readonly caseSensitive: boolean;
      }
    | { readonly kind: 'missing' | 'present'; readonly column: string }
    | { readonly kind: 'outlier'; readonly column: string; readonly deviations: number }
    | { readonly kind: 'duplicate'; readonly columns: readonly string[] }
  );

export type FilterKind = Filter['kind'];

/** `Omit` for each member of a union. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type NewFilter = WithoutId<Filter>;

/** The condition of one filter; null while it says nothing. */
export function conditionOf(filter: NewFilter): Condition | null {
  switch (filter.kind) {
    case 'values': {
      if (filter.values.length === 0) return null;
      const chosen: Condition = { column: filter.column, is: 'one_of', values: filter.values };
      return filter.exclude ? { not: chosen } : chosen;
    }
    case 'range': {
      const { column, low, high } = filter;
      if (low !== null && high !== null) return { column, is: 'between', low, high };
      if (low !== null) return { column, is: 'at_least', value: low };
      return high === null ? null : { column, is: 'at_most', value: high };
    }
    case 'text': {
      const { column, test, text, caseSensitive } = filter;
      return text === '' ? null : { column, is: test, text, case_sensitive: caseSensitive };
    }
    case 'missing':
    case 'present':
      return { column: filter.column, is: filter.kind };
    case 'outlier':
      return { column: filter.column, is: 'outlier', deviations: filter.deviations, trim: 0 };
    case 'duplicate':
      return filter.columns.length === 0 ? null : { columns: filter.columns, is: 'duplicate' };
  }
}

/** All of the conditions; null for none, the condition itself for one. */
export function allOf(conditions: readonly (Condition | null)[]): Condition | null {
  const present = conditions.filter((condition) => condition !== null);
  return present.length > 1 ? { all: present } : (present[0] ?? null);
}

export function columnsOf(filter: NewFilter): readonly string[] {
  return filter.kind === 'duplicate' ? filter.columns : [filter.column];
}

/** The filters, the search and the sorting that make the view. */
@Injectable()
export class FilterStore {
  readonly filters = signal<readonly Filter[]>([]);
  readonly search = signal('');
  readonly sort = signal<readonly SortKey[]>([]);

  readonly where = computed(() => this.whereWithout(null));
  readonly view = computed<View>(() => ({ where: this.where(), sort: this.sort() }), { equal: sameView });
  readonly active = computed(
    () =>
      this.filters().filter((filter) => conditionOf(filter) !== null).length + (this.search() === '' ? 0 : 1),
  );

  private lastId = 0;

  /** The condition of all filters but one: what that one chooses from. */
  whereWithout(id: number | null): Condition | null {
    const search = this.search();
    return allOf([
      search === '' ? null : { search, columns: null },
      ...this.filters().map((filter) => (filter.id === id ? null : conditionOf(filter))),
    ]);
  }

  add(filter: NewFilter): number {
    const id = ++this.lastId;
    this.filters.update((filters) => [...filters, { ...filter, id }]);
    return id;
  }

  replace(id: number, filter: NewFilter): void {
    this.filters.update((filters) => filters.map((old) => (old.id === id ? { ...filter, id } : old)));
  }

  remove(id: number): void {
    this.filters.update((filters) => filters.filter((filter) => filter.id !== id));
  }

  clear(): void {
    this.filters.set([]);
    this.search.set('');
  }

  /** Sort by one column; with `keepOthers` it becomes the last key of several. */
  sortBy(column: string, direction: 'ascending' | 'descending' | null, keepOthers = false): void {
    const key = direction === null ? [] : [{ column, descending: direction === 'descending' }];
    this.sort.update((keys) => {
      if (!keepOthers) return key;
      const place = keys.findIndex((old) => old.column === column);
      return place < 0 ? [...keys, ...key] : [...keys.slice(0, place), ...key, ...keys.slice(place + 1)];
    });
  }

  /** Forget what names a column that is no longer there. */
  keepTo(columns: readonly Column[]): void {
    const names = new Set(columns.map((column) => column.name));
    const known = (filter: Filter) => columnsOf(filter).every((name) => names.has(name));
    if (!this.filters().every(known)) this.filters.update((filters) => filters.filter(known));
    if (!this.sort().every((key) => names.has(key.column))) {
      this.sort.update((keys) => keys.filter((key) => names.has(key.column)));
    }
  }
}

export function sameView(a: View, b: View): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
