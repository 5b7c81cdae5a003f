import type { ColumnType } from '../protocol/messages';
import type { Schema } from '../protocol/schema';

export type ChartType =
  'histogram' | 'frequency' | 'scatter' | 'line' | 'time_series' | 'box' | 'correlation';

export interface ChartKind {
  readonly type: ChartType;
  readonly label: string;
  /** Its parameters, drawn by the same form as an operation's. */
  readonly schema: Schema;
}

const ALL: readonly ColumnType[] = ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'];
const NUMBERS: readonly ColumnType[] = ['integer', 'decimal'];
const DATES: readonly ColumnType[] = ['date', 'datetime'];

const column = (title: string, types: readonly ColumnType[]): Schema => ({
  type: 'string',
  title,
  'x-column': types,
});
const columns = (title: string, types: readonly ColumnType[]): Schema => ({
  type: 'array',
  title,
  minItems: 1,
  items: { type: 'string', 'x-column': types },
});
const form = (required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required,
  properties,
});

/** The charts of the public interface. */
export const CHART_KINDS: readonly ChartKind[] = [
  {
    type: 'histogram',
    label: 'Histogram',
    schema: form(['columns'], {
      columns: columns('Columns', NUMBERS),
      bins: { type: 'integer', title: 'Bins', minimum: 1, maximum: 1000, 'x-example': 'automatic' },
    }),
  },
  {
    type: 'frequency',
    label: 'Frequency',
    schema: form(['column'], {
      column: column('Column', ALL),
      limit: { type: 'integer', title: 'Values', minimum: 1, maximum: 1000, default: 50 },
      words: { type: 'boolean', title: 'Count words instead of whole values', default: false },
    }),
  },
  {
    type: 'scatter',
    label: 'Scatter with fit',
    schema: form(['x', 'ys'], { x: column('Across', NUMBERS), ys: columns('Up', NUMBERS) }),
  },
  {
    type: 'line',
    label: 'Line',
    schema: form(['x', 'ys'], { x: column('Across', NUMBERS), ys: columns('Up', NUMBERS) }),
  },
  {
    type: 'time_series',
    label: 'Time series',
    schema: form(['x', 'ys'], { x: column('Time', DATES), ys: columns('Up', NUMBERS) }),
  },
  {
    type: 'box',
    label: 'Box plot',
    schema: form(['columns'], { columns: columns('Columns', NUMBERS), by: column('For each value of', ALL) }),
  },
  {
    type: 'correlation',
    label: 'Correlation',
    schema: form([], { columns: columns('Columns', NUMBERS) }),
  },
];
