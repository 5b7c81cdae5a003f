/** Which cells are selected: ranges of rows × columns, of which the last one follows Shift. Immutable. */

import type { GridSelection, SelectedRange, Span } from './contract';

/** The row of the header, for the active cell only. */
export const HEADER_ROW = -1;

export interface Place {
  readonly row: number;
  /** Place in the order shown. */
  readonly column: number;
}

export type RangeKind = 'cells' | 'rows' | 'columns' | 'all';

interface Range {
  readonly kind: RangeKind;
  /** The fixed corner. */
  readonly anchor: Place;
  /** The corner that moves. */
  readonly head: Place;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
}

export interface Rectangle {
  readonly rows: Span;
  readonly columns: Span;
}

export class Selection {
  private constructor(
    /** Where the keyboard is. */
    readonly active: Place,
    private readonly ranges: readonly Range[],
  ) {}

  static at(place: Place): Selection {
    return new Selection(place, [{ kind: 'cells', anchor: place, head: place }]);
  }

  get kind(): RangeKind {
    return this.last.kind;
  }

  /** Select one thing; `add` keeps what was selected. The active cell becomes `place`. */
  select(kind: RangeKind, place: Place, { add = false } = {}): Selection {
    const range: Range = { kind, anchor: place, head: place };
    return new Selection(place, add ? [...this.ranges, range] : [range]);
  }

  /** Move the last range's free corner. The active cell stays at its anchor, except that keys go on from the head. */
  extend(head: Place): Selection {
    const last = this.last;
    return new Selection(this.active, [...this.ranges.slice(0, -1), { ...last, head }]);
  }

  /** Where the next Shift + arrow starts from. */
  get head(): Place {
    return this.last.head;
  }

  /** Make whole columns, whole rows or everything out of the last range. */
  widen(kind: 'rows' | 'columns' | 'all'): Selection {
    return new Selection(this.active, [...this.ranges.slice(0, -1), { ...this.last, kind }]);
  }

  /** Put the keyboard somewhere without changing what is selected. */
  activate(place: Place): Selection {
    return new Selection(place, this.ranges);
  }

  /** Select columns by their places, all rows. */
  static columns(places: readonly number[]): Selection | null {
    const first = places[0];
    if (first === undefined) return null;
    const ranges = runs(places).map(({ first: from, last: to }): Range => ({
      kind: 'columns',
      anchor: { row: 0, column: from },
      head: { row: 0, column: to },
    }));
    return new Selection({ row: 0, column: first }, ranges);
  }

  /** The selected rectangles, in the order they were made, none outside the table. */
  rectangles(extent: Extent): Rectangle[] {
    if (extent.columns === 0) return [];
    return this.ranges
      .map((range) => rectangle(range, extent))
      .filter((found) => found.rows.last >= found.rows.first);
  }

  /** The same selection in another table: columns by the given mapping, rows cut at the end. */
  moved(extent: Extent, place: (column: number) => number | undefined): Selection {
    const fit = (at: Place): Place | null => {
      const column = place(at.column);
      if (column === undefined || extent.columns === 0) return null;
      const row = at.row === HEADER_ROW ? HEADER_ROW : Math.max(0, Math.min(at.row, extent.rows - 1));
      return { row, column: Math.min(column, extent.columns - 1) };
    };
    const ranges = this.ranges.flatMap((range) => {
      const anchor = fit(range.anchor);
      const head = fit(range.head);
      return anchor && head ? [{ ...range, anchor, head }] : [];
    });
    const active = fit(this.active) ?? ranges.at(-1)?.anchor ?? { row: 0, column: 0 };
    return ranges.length > 0 ? new Selection(active, ranges) : Selection.at(active);
  }

  /** As told to the outside. */
  describe(
    extent: Extent,
    names: (first: number, last: number) => readonly string[],
    position: (row: number) => number | null,
  ): GridSelection {
    const ranges: SelectedRange[] = this.rectangles(extent).map(({ rows, columns }) => ({
      rows,
      columns: names(columns.first, columns.last),
    }));
    const last = ranges.at(-1) ?? { rows: { first: 0, last: -1 }, columns: [] };
    const { row, column } = this.active;
    const [name] = names(column, column);
    const active =
      name === undefined ? null : { row, column: name, position: row < 0 ? null : position(row) };
    return { kind: this.kind, active, rows: last.rows, columns: last.columns, ranges };
  }

  private get last(): Range {
    return this.ranges.at(-1) ?? { kind: 'cells', anchor: this.active, head: this.active };
  }
}

function rectangle({ kind, anchor, head }: Range, extent: Extent): Rectangle {
  const wholeRows = kind === 'rows' || kind === 'all';
  const wholeColumns = kind === 'columns' || kind === 'all';
  return {
    rows: wholeColumns ? { first: 0, last: extent.rows - 1 } : between(anchor.row, head.row, extent.rows),
    columns: wholeRows
      ? { first: 0, last: extent.columns - 1 }
      : between(anchor.column, head.column, extent.columns),
  };
}

function between(a: number, b: number, count: number): Span {
  return { first: Math.max(0, Math.min(a, b)), last: Math.min(count - 1, Math.max(a, b)) };
}

/** Neighbouring numbers joined: [1, 2, 5] → 1–2, 5–5. */
function runs(places: readonly number[]): Span[] {
  const found: { first: number; last: number }[] = [];
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.last === place - 1) last.last = place;
    else found.push({ first: place, last: place });
  }
  return found;
}
