import type { GridColumn, GridSource, GridWindow } from '../../grid/contract';
import type { Cell, Column, ColumnProfile, TableWindow } from '../../protocol/messages';
import type { Shown } from '../../session/table-store';

/** The one thing a source needs: rectangles and single cells of what is shown. */
export interface TableReader {
  window(
    shown: Shown,
    row: number,
    count: number,
    columns: readonly string[],
    signal: AbortSignal,
  ): Promise<TableWindow>;
  cell(shown: Shown, row: number, column: string, signal: AbortSignal): Promise<Cell>;
}

/** What is shown, as the grid reads it. */
export function gridSource(
  reader: TableReader,
  shown: Shown,
  base: readonly Column[],
  tableRows: number,
): GridSource {
  const { version, draft, view, rows } = shown;
  const about = { key: JSON.stringify([version, draft?.id ?? null, view]), rows, tableRows };
  if (draft?.sameRows) {
    return {
      ...about,
      fetch: (row, count, columns, signal) => compare(reader, shown, base, { row, count, columns }, signal),
    };
  }
  return {
    ...about,
    fetch: (row, count, columns, signal) => reader.window(shown, row, count, columns, signal),
    ...(draft === null ? { cell: (row, column, signal) => reader.cell(shown, row, column, signal) } : {}),
  };
}

/** The version a source was made for, from its key. */
export function versionOf(key: string): number {
  const [version] = JSON.parse(key) as [number];
  return version;
}

/**
 * The cells of a draft, with those of the version it is made from. A view may choose other rows of the one than
 * of the other; those are not compared.
 */
async function compare(
  reader: TableReader,
  shown: Shown,
  base: readonly Column[],
  { row, count, columns }: { row: number; count: number; columns: readonly string[] },
  signal: AbortSignal,
): Promise<GridWindow> {
  const had = new Set(base.map((column) => column.name));
  const has = new Set(shown.columns.map((column) => column.name));
  const inDraft = columns.filter((name) => has.has(name));
  const inBase = columns.filter((name) => had.has(name));
  const [after, before] = await Promise.all([
    reader.window(shown, row, count, inDraft, signal),
    reader.window({ ...shown, draft: null }, row, count, inBase, signal),
  ]);
  const sameRows = sameNumbers(after.rows, before.rows);
  const cellsAfter = byName(inDraft, after.cells);
  const cellsBefore = sameRows ? byName(inBase, before.cells) : new Map<string, readonly Cell[]>();
  const empty = after.rows.map(() => null);
  const cells = columns.map((name) => cellsAfter.get(name) ?? cellsBefore.get(name) ?? empty);
  if (!sameRows) return { rows: after.rows, cells, cut: after.cut };
  return {
    rows: after.rows,
    cells,
    cut: after.cut,
    before: columns.map((name) => cellsBefore.get(name) ?? null),
  };
}

function byName(names: readonly string[], cells: readonly (readonly Cell[])[]): Map<string, readonly Cell[]> {
  return new Map(names.flatMap((name, place) => (cells[place] ? [[name, cells[place]] as const] : [])));
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, place) => value === b[place]);
}

/** The columns for the grid: those shown, and in a draft those it takes away, each in its place. */
export function gridColumns(
  shown: Shown,
  base: readonly Column[],
  profiles: ReadonlyMap<string, { readonly profile: ColumnProfile }>,
): readonly GridColumn[] {
  const plain = (column: Column): GridColumn => {
    const profile = profiles.get(column.name)?.profile;
    return profile ? { ...column, profile: gridProfile(profile) } : column;
  };
  if (shown.draft === null) return shown.columns.map(plain);
  const comparable = shown.draft.sameRows;
  const had = new Set(base.map((column) => column.name));
  const kept = new Set(shown.columns.map((column) => column.name));
  const columns: GridColumn[] = shown.columns.map((column) =>
    had.has(column.name) ? plain(column) : { ...column, mark: 'added' },
  );
  base.forEach((column, place) => {
    if (comparable && !kept.has(column.name))
      columns.splice(Math.min(place, columns.length), 0, { ...column, mark: 'removed' });
  });
  return columns;
}

function gridProfile({ histogram, top, ...counts }: ColumnProfile): NonNullable<GridColumn['profile']> {
  return { ...counts, ...(histogram ? { histogram } : {}), ...(top ? { top } : {}) };
}
