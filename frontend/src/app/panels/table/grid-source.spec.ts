import type { Cell, Column, TableWindow } from '../../protocol/messages';
import type { Shown } from '../../session/table-store';
import { gridColumns, gridSource, versionOf, type TableReader } from './grid-source';

const column = (name: string): Column => ({ name, type: 'text', missing: 0 });
const SHOWN: Shown = {
  version: 4,
  draft: null,
  view: { where: null, sort: [] },
  rows: 2,
  columns: [column('a')],
};
const DRAFT: Shown = { ...SHOWN, draft: { id: 'd', sameRows: true }, columns: [column('a'), column('new')] };
const BASE = [column('a'), column('old')];

/** Answers with `name@version` or `name@draft` in each cell. */
function reader(draftRows: readonly number[] = [0, 1]): TableReader {
  return {
    window: async (shown, row, _count, columns): Promise<TableWindow> => {
      const rows = shown.draft === null ? [0, 1] : draftRows;
      const cells = columns.map((name) =>
        rows.map((): Cell => `${name}@${shown.draft?.id ?? shown.version}`),
      );
      return { version: 4, total_rows: 2, row, rows, columns, cells, cut: [] };
    },
    cell: async () => 'whole',
  };
}

describe('gridSource', () => {
  const signal = new AbortController().signal;

  it('is named by version, draft and view', () => {
    const keys = [SHOWN, DRAFT, { ...SHOWN, version: 5 }].map(
      (shown) => gridSource(reader(), shown, BASE, 2).key,
    );
    expect(new Set(keys).size).toBe(3);
    expect(keys.map(versionOf)).toEqual([4, 4, 5]);
  });

  it('shows a draft beside what was there before', async () => {
    const window = await gridSource(reader(), DRAFT, BASE, 2).fetch(0, 2, ['a', 'old', 'new'], signal);
    expect(window.cells).toEqual([
      ['a@d', 'a@d'],
      ['old@4', 'old@4'],
      ['new@d', 'new@d'],
    ]);
    expect(window.before).toEqual([['a@4', 'a@4'], ['old@4', 'old@4'], null]);
  });

  it('does not compare an operation that chooses or reorders rows, whatever their numbers', async () => {
    const shown: Shown = { ...DRAFT, draft: { id: 'd', sameRows: false } };
    const window = await gridSource(reader(), shown, BASE, 2).fetch(0, 2, ['a', 'new'], signal);
    expect(window.before).toBeUndefined();
    expect(gridColumns(shown, BASE, new Map()).map(({ name }) => name)).toEqual(['a', 'new']);
  });

  it('does not compare rows that the view chose differently', async () => {
    const window = await gridSource(reader([1, 3]), DRAFT, BASE, 2).fetch(0, 2, ['a', 'old'], signal);
    expect(window.before).toBeUndefined();
    expect(window.cells).toEqual([
      ['a@d', 'a@d'],
      [null, null],
    ]);
  });
});

describe('gridColumns', () => {
  it('marks what a draft adds and takes away, each in its place', () => {
    expect(gridColumns(DRAFT, BASE, new Map()).map(({ name, mark }) => [name, mark])).toEqual([
      ['a', undefined],
      ['old', 'removed'],
      ['new', 'added'],
    ]);
  });
});
