/** Draws one column header: type, name, sort, menu, a bar of what is missing, and the values at a glance. */

import type { ColumnProfile, GridColumn } from './contract';
import { element, svg } from './dom';
import {
  type SortFact,
  TYPE_ICONS,
  barHeights,
  distinctText,
  headerLabel,
  percent,
  topValues,
} from './header-facts';

export interface HeaderContent {
  readonly column: GridColumn;
  readonly sort: SortFact | null;
  /** Rows of the version. */
  readonly rows: number;
}

export function headerCell({ column, sort, rows }: HeaderContent): HTMLElement {
  const cell = element('div', 'wl-head-cell', {
    role: 'columnheader',
    'aria-label': headerLabel(column, sort, rows),
  });
  if (sort && (sort.place ?? 1) === 1) cell.setAttribute('aria-sort', sort.direction);
  if (column.mark) cell.classList.add(`wl-${column.mark}`);
  cell.append(titleRow(column, sort), missingBar(column, rows), valuesAtAGlance(column, rows));
  cell.append(element('span', 'wl-resize', { 'data-part': 'resize' }));
  return cell;
}

function titleRow(column: GridColumn, sort: SortFact | null): HTMLElement {
  const arrow = sort === null ? '↕' : sort.direction === 'ascending' ? '▲' : '▼';
  return element(
    'div',
    'wl-title',
    {},
    button('type', 'wl-type', TYPE_ICONS[column.type], `Type of ${column.name}: ${column.type}`),
    element('span', 'wl-name', { dir: 'auto', title: column.name }, column.name),
    ...(column.mark ? [badge(column.mark)] : []),
    button(
      'sort',
      sort ? 'wl-sort wl-sorted' : 'wl-sort',
      `${arrow}${sort?.place ?? ''}`,
      `Sort by ${column.name}`,
    ),
    button('menu', 'wl-menu', '⋮', `Menu of ${column.name}`),
  );
}

function badge(mark: NonNullable<GridColumn['mark']>): HTMLElement {
  const added = mark === 'added';
  return element(
    'span',
    'wl-badge',
    { title: added ? 'new column' : 'column to be removed' },
    added ? '+' : '−',
  );
}

/** The grid is one tab stop: these buttons are for the pointer, the keys are those of the grid. */
function button(part: string, className: string, text: string, label: string): HTMLElement {
  return element(
    'button',
    `wl-button ${className}`,
    { type: 'button', tabindex: '-1', 'data-part': part, 'aria-label': label, title: label },
    text,
  );
}

function missingBar(column: GridColumn, rows: number): Element {
  const missing = column.profile?.missing ?? column.missing ?? undefined;
  const bar = svg('svg', {
    class: 'wl-quality',
    viewBox: '0 0 100 4',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  if (missing === undefined) return bar;
  const share = rows > 0 ? Math.min(1, missing / rows) : 0;
  const width = missing > 0 ? Math.max(1.5, 100 * share) : 0;
  bar.append(svg('rect', { class: 'wl-valid', width: String(100 - width), height: '4' }));
  bar.append(svg('rect', { class: 'wl-lacking', x: String(100 - width), width: String(width), height: '4' }));
  const holder = element('div', 'wl-quality-holder', { title: `${percent(missing, rows)} missing` });
  holder.append(bar);
  return holder;
}

function valuesAtAGlance(column: GridColumn, rows: number): Element {
  const { profile } = column;
  if (!profile) return element('div', 'wl-glance');
  if (profile.histogram) return histogram(profile.histogram.counts);
  const top = topValues(profile, column.type, rows);
  if (top.length === 0)
    return element('div', 'wl-glance', {}, element('span', 'wl-distinct', {}, distinctText(profile)));
  return frequencies(profile, top);
}

function histogram(counts: readonly number[]): Element {
  const holder = element('div', 'wl-glance');
  const drawing = svg('svg', {
    class: 'wl-histogram',
    viewBox: `0 0 ${Math.max(1, counts.length)} 1`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  barHeights(counts).forEach((height, bin) => {
    if (height === 0) return;
    drawing.append(
      svg('rect', { x: String(bin + 0.06), y: String(1 - height), width: '0.88', height: String(height) }),
    );
  });
  holder.append(drawing);
  return holder;
}

function frequencies(profile: ColumnProfile, top: ReturnType<typeof topValues>): Element {
  const holder = element('div', 'wl-glance', { title: distinctText(profile) });
  for (const { text, missing, share, percent: part } of top) {
    const name = element(
      'span',
      missing ? 'wl-value wl-missing' : 'wl-value',
      { dir: 'auto' },
      text === '' ? '“”' : text,
    );
    const line = element('div', 'wl-frequency', {}, name, element('span', 'wl-share', {}, part));
    const bar = svg('svg', {
      class: 'wl-share-bar',
      viewBox: '0 0 100 1',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    });
    bar.append(svg('rect', { width: String(100 * share), height: '1' }));
    line.prepend(bar);
    holder.append(line);
  }
  return holder;
}
