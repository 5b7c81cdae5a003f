import { Component, computed, inject, input, type OnInit } from '@angular/core';
import type { Cell, ColumnType, TextTest } from '../../protocol/messages';
import { CellEditor } from '../../forms/editors/cell-editor';
import { ColumnPicker } from '../../forms/editors/column-picker';
import { Histogram, type BinSpan } from '../../charts/histogram';
import { FilterStore, type Filter, type FilterKind, type NewFilter } from '../../session/filters';
import { Profiles } from '../../session/profiles';
import { SessionStore } from '../../session/session-store';
import { Icon } from '../../ui/icon';
import { TypeMark } from '../../ui/type-mark';
import { Facet } from './facet';
import { spanOf } from './range-span';

const KIND_NAMES: Readonly<Record<Exclude<FilterKind, 'duplicate'>, string>> = {
  values: 'Values',
  range: 'Range',
  text: 'Text',
  outlier: 'Outliers',
  missing: 'Missing only',
  present: 'Present only',
};

const TEXT_TESTS: readonly (readonly [TextTest, string])[] = [
  ['contains', 'contains'],
  ['starts_with', 'starts with'],
  ['ends_with', 'ends with'],
  ['matches', 'matches (regular expression)'],
];

/** One filter, with the ways in which its column can be filtered. */
@Component({
  selector: 'wl-filter-card',
  imports: [CellEditor, ColumnPicker, Facet, Histogram, Icon, TypeMark],
  templateUrl: './filter-card.html',
  styleUrl: './filter-card.scss',
})
export class FilterCard implements OnInit {
  readonly filter = input.required<Filter>();

  protected readonly session = inject(SessionStore);
  protected readonly store = inject(FilterStore);
  private readonly profiles = inject(Profiles);

  protected readonly textTests = TEXT_TESTS;

  protected readonly column = computed(() => {
    const filter = this.filter();
    return filter.kind === 'duplicate'
      ? undefined
      : this.session.columns().find((column) => column.name === filter.column);
  });
  protected readonly type = computed<ColumnType>(() => this.column()?.type ?? 'text');
  protected readonly kinds = computed(() => {
    const type = this.type();
    const number = type === 'integer' || type === 'decimal';
    const ordered = number || type === 'date' || type === 'datetime';
    return [
      ...(this.session.supports('column.values') || type === 'boolean' ? (['values'] as const) : []),
      ...(ordered ? (['range'] as const) : []),
      'text' as const,
      ...(number ? (['outlier'] as const) : []),
      'missing' as const,
      'present' as const,
    ].map((kind) => ({ kind, name: KIND_NAMES[kind] }));
  });
  protected readonly histogram = computed(
    () => this.profiles.known().get(this.column()?.name ?? '')?.profile.histogram ?? null,
  );
  protected readonly span = computed<BinSpan | null>(() => {
    const filter = this.filter();
    const histogram = this.histogram();
    return filter.kind === 'range' && histogram ? spanOf(histogram, filter.low, filter.high) : null;
  });
  /** What the values of this filter are counted among: the rows that all others let through. */
  protected readonly others = computed(() => this.store.whereWithout(this.filter().id));

  ngOnInit(): void {
    const column = this.column();
    if (column && !this.profiles.known().has(column.name)) this.profiles.want([column.name]);
  }

  protected become(kind: string): void {
    const filter = this.filter();
    if (filter.kind === 'duplicate') return;
    this.replace(emptyFilter(kind as Exclude<FilterKind, 'duplicate'>, filter.column));
  }

  protected change(part: Partial<NewFilter>): void {
    this.replace({ ...this.filter(), ...part } as NewFilter);
  }

  protected brushed({ first, last }: BinSpan): void {
    const edges = this.histogram()?.edges ?? [];
    const all = first === 0 && last === edges.length - 2;
    this.change({
      low: all ? null : this.edge(edges[first], Math.ceil),
      high: all ? null : this.edge(edges[last + 1], Math.floor),
    });
  }

  protected remove(): void {
    this.store.remove(this.filter().id);
  }

  private replace(filter: NewFilter): void {
    this.store.replace(this.filter().id, filter);
  }

  /** An edge as a value of the column: whole numbers have whole bounds. */
  private edge(value: Cell | undefined, round: (value: number) => number): Cell {
    if (value === undefined) return null;
    return typeof value === 'number' && this.type() === 'integer' ? round(value) : value;
  }
}

function emptyFilter(kind: Exclude<FilterKind, 'duplicate'>, column: string): NewFilter {
  switch (kind) {
    case 'values':
      return { kind, column, values: [], exclude: false };
    case 'range':
      return { kind, column, low: null, high: null };
    case 'text':
      return { kind, column, test: 'contains', text: '', caseSensitive: false };
    case 'outlier':
      return { kind, column, deviations: 2 };
    default:
      return { kind, column };
  }
}
