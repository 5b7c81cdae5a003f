/** Collects the cells to copy, asking the source for those which are not loaded. */

import type { Cell, GridColumn, GridSource, Span } from './contract';
import { textForm } from './text-form';
import { type CopyBlock, cellsIn, tsvLine } from './tsv';

/** Above it a file is the better way, and the clipboard of many systems fails. */
export const COPY_LIMIT = 1_000_000;
const CUT_LIMIT = 500;
const MOST_CELLS = 50_000;
const MOST_ROWS = 1_000;
const MOST_COLUMNS = 500;

export class CopyRefused extends Error {}

export interface CopyJob {
  readonly source: GridSource;
  readonly block: CopyBlock;
  /** The columns of the block, in its order. */
  readonly columns: readonly GridColumn[];
  readonly header: boolean;
  readonly signal: AbortSignal;
}

/** The block as tab-separated lines. Throws `CopyRefused` with a sentence for the person. */
export async function copyText(job: CopyJob): Promise<string> {
  const cells = cellsIn(job.block);
  if (cells > COPY_LIMIT) {
    throw new CopyRefused(
      `${cells.toLocaleString('en')} cells are selected; at most ${COPY_LIMIT.toLocaleString('en')} can be copied. Export them to a file instead.`,
    );
  }
  const lines = job.header ? [tsvLine(job.columns.map(({ name }) => name))] : [];
  const atOnce = Math.max(
    1,
    Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.min(MOST_COLUMNS, job.columns.length))),
  );
  let cutCells = 0;
  for (const span of job.block.rows) {
    for (let row = span.first; row <= span.last; row += atOnce) {
      const rows = { first: row, last: Math.min(span.last, row + atOnce - 1) };
      const texts: (string | null)[][] = [];
      for (let from = 0; from < job.columns.length; from += MOST_COLUMNS) {
        const loaded = await loadTexts(job, rows, job.columns.slice(from, from + MOST_COLUMNS));
        cutCells += loaded.cutCells;
        if (cutCells > CUT_LIMIT)
          throw new CopyRefused(
            `More than ${CUT_LIMIT} of the texts are very long. Export them to a file instead.`,
          );
        texts.push(...loaded.texts);
      }
      for (let i = 0; i <= rows.last - rows.first; i += 1)
        lines.push(tsvLine(texts.map((column) => column[i] ?? null)));
    }
  }
  return lines.join('\n');
}

async function loadTexts(
  { source, signal }: CopyJob,
  rows: Span,
  columns: readonly GridColumn[],
): Promise<{ texts: (string | null)[][]; cutCells: number }> {
  const names = columns.map(({ name }) => name);
  const window = await source.fetch(rows.first, rows.last - rows.first + 1, names, signal);
  const texts = columns.map(({ type }, place) =>
    (window.cells[place] ?? []).map((cell) => textOrNull(cell, type)),
  );
  if (window.cut.length > 0 && !source.cell)
    throw new CopyRefused('Some texts are too long to copy. Export them to a file instead.');
  if (window.cut.length <= CUT_LIMIT) {
    for (const [row, name] of window.cut) {
      const place = names.indexOf(name);
      const [column, type] = [texts[place], columns[place]?.type];
      const whole = await source.cell?.(row, name, signal);
      if (column && type && whole !== undefined) column[row - rows.first] = textOrNull(whole, type);
    }
  }
  return { texts, cutCells: window.cut.length };
}

function textOrNull(cell: Cell, type: GridColumn['type']): string | null {
  return cell === null ? null : textForm(cell, type);
}
