/** What a column's header says of its values, as numbers and words; drawing is in `header-cell`. */

import type { ColumnProfile, ColumnType, GridColumn, SortKey, SortToggle } from './contract';
import { textForm } from './text-form';

export const TYPE_ICONS: Readonly<Record<ColumnType, string>> = {
  text: 'Aa',
  integer: '#',
  decimal: '1.0',
  boolean: '✓',
  date: '▦',
  datetime: '◷',
};

/** A share for people. Never says 0 % of something or 100 % of less than all. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return '< 0.1 %';
  if (share > 99.9) return '> 99.9 %';
  return `${share < 10 || share > 90 ? share.toFixed(1) : share.toFixed(0)} %`;
}

/** Heights of the histogram's bars from 0 to 1. A bin with few values stays visible beside one with millions. */
export function barHeights(counts: readonly number[]): number[] {
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count === 0 ? 0 : Math.max(0.06, count / most)));
}

export interface TopValue {
  readonly text: string;
  readonly missing: boolean;
  /** Part of all rows, 0 to 1. */
  readonly share: number;
  readonly percent: string;
}

/** The two most frequent values; none if no value occurs twice. */
export function topValues(profile: ColumnProfile, type: ColumnType, rows: number): TopValue[] {
  const top = profile.top ?? [];
  if ((top[0]?.[1] ?? 0) <= 1 && rows > 1) return [];
  return top.slice(0, 2).map(([value, count]) => ({
    text: value === null ? 'missing' : textForm(value, type),
    missing: value === null,
    share: rows > 0 ? count / rows : 0,
    percent: percent(count, rows),
  }));
}

export function distinctText({ distinct, distinct_exact }: ColumnProfile): string {
  return `${distinct_exact ? '' : 'about '}${distinct.toLocaleString('en')} different`;
}

export interface SortFact {
  readonly direction: 'ascending' | 'descending';
  /** 1-based place among the sort keys; null if it is the only one. */
  readonly place: number | null;
}

export function sortFact(name: string, sort: readonly SortKey[]): SortFact | null {
  const place = sort.findIndex(({ column }) => column === name);
  const key = sort[place];
  if (!key) return null;
  return {
    direction: key.descending ? 'descending' : 'ascending',
    place: sort.length > 1 ? place + 1 : null,
  };
}

/** Ascending, then descending, then not sorted. */
export function nextSort(name: string, sort: readonly SortKey[], keepOthers: boolean): SortToggle {
  const now = sortFact(name, sort)?.direction;
  const direction = now === undefined ? 'ascending' : now === 'ascending' ? 'descending' : null;
  return { column: name, direction, keepOthers };
}

/** The header's accessible name: everything its pictures say. */
export function headerLabel(column: GridColumn, sort: SortFact | null, rows: number): string {
  const missing = column.profile?.missing ?? column.missing ?? undefined;
  const facts = [
    column.name,
    column.type,
    ...(column.mark === 'added' ? ['new column'] : column.mark === 'removed' ? ['column to be removed'] : []),
    ...(missing === undefined ? [] : [`${percent(missing, rows)} missing`]),
    ...(column.profile ? [distinctText(column.profile)] : []),
    ...(sort ? [`sorted ${sort.direction}`] : []),
  ];
  return facts.join(', ');
}
