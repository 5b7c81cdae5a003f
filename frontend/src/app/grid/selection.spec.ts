import { describe, expect, it } from 'vitest';

import { Selection } from './selection';

const extent = { rows: 100_000_000, columns: 500 };
const at = (row: number, column: number) => ({ row, column });

describe('Selection', () => {
  it('begins as one cell', () => {
    expect(Selection.at(at(4, 2)).rectangles(extent)).toEqual([
      { rows: { first: 4, last: 4 }, columns: { first: 2, last: 2 } },
    ]);
  });

  it('extends in any direction from its anchor, where the active cell stays', () => {
    const up = Selection.at(at(10, 10)).extend(at(3, 12)).extend(at(8, 4));
    expect(up.rectangles(extent)).toEqual([
      { rows: { first: 8, last: 10 }, columns: { first: 4, last: 10 } },
    ]);
    expect(up.active).toEqual(at(10, 10));
    expect(up.head).toEqual(at(8, 4));
  });

  it('adds ranges', () => {
    const two = Selection.at(at(0, 0)).select('cells', at(5, 5), { add: true }).extend(at(6, 6));
    expect(two.rectangles(extent)).toEqual([
      { rows: { first: 0, last: 0 }, columns: { first: 0, last: 0 } },
      { rows: { first: 5, last: 6 }, columns: { first: 5, last: 6 } },
    ]);
  });

  it('widens to columns, rows and everything', () => {
    const block = Selection.at(at(2, 3)).extend(at(4, 5));
    expect(block.widen('columns').rectangles(extent)).toEqual([
      { rows: { first: 0, last: 99_999_999 }, columns: { first: 3, last: 5 } },
    ]);
    expect(block.widen('rows').rectangles(extent)).toEqual([
      { rows: { first: 2, last: 4 }, columns: { first: 0, last: 499 } },
    ]);
    expect(block.widen('all').rectangles(extent)).toEqual([
      { rows: { first: 0, last: 99_999_999 }, columns: { first: 0, last: 499 } },
    ]);
  });

  it('joins neighbouring columns selected by place', () => {
    const chosen = Selection.columns([7, 2, 3]);
    expect(chosen?.rectangles({ rows: 10, columns: 9 }).map(({ columns }) => columns)).toEqual([
      { first: 2, last: 3 },
      { first: 7, last: 7 },
    ]);
    expect(Selection.columns([])).toBeNull();
  });

  it('follows its columns when others are inserted, and is cut at the new end', () => {
    const before = Selection.at(at(50, 1)).extend(at(90, 2));
    const after = before.moved({ rows: 80, columns: 6 }, (column) => column + 2);
    expect(after.rectangles({ rows: 80, columns: 6 })).toEqual([
      { rows: { first: 50, last: 79 }, columns: { first: 3, last: 4 } },
    ]);
  });

  it('falls back to the first cell when its column is gone', () => {
    const after = Selection.at(at(5, 1)).moved({ rows: 80, columns: 6 }, () => undefined);
    expect(after.active).toEqual(at(0, 0));
  });

  it('is empty in a table without rows or columns', () => {
    expect(Selection.at(at(0, 0)).rectangles({ rows: 0, columns: 3 })).toEqual([]);
    expect(Selection.at(at(0, 0)).rectangles({ rows: 3, columns: 0 })).toEqual([]);
  });

  it('is told with names and the position of its active row', () => {
    const names = (first: number, last: number) => ['a', 'b', 'c', 'd'].slice(first, last + 1);
    const told = Selection.at(at(7, 1))
      .extend(at(9, 2))
      .describe({ rows: 20, columns: 4 }, names, (row) => row * 10);
    expect(told).toEqual({
      kind: 'cells',
      active: { row: 7, column: 'b', position: 70 },
      rows: { first: 7, last: 9 },
      columns: ['b', 'c'],
      ranges: [{ rows: { first: 7, last: 9 }, columns: ['b', 'c'] }],
    });
  });

  it('tells no active cell without columns', () => {
    const told = Selection.at(at(0, 0)).describe(
      { rows: 0, columns: 0 },
      () => [],
      () => null,
    );
    expect(told.active).toBeNull();
    expect(told.ranges).toEqual([]);
  });
});
