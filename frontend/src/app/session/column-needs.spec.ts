import type { Column } from '../protocol/messages';
import type { OperationDeclaration, Schema } from '../protocol/schema';
import { columnNeeds, obstacle, prefill } from './column-needs';

const TEXT: Column = { name: 'city', type: 'text', missing: 0 };
const NUMBER: Column = { name: 'fare', type: 'decimal', missing: 0 };

const operation = (schema: Schema): OperationDeclaration => ({
  id: 'x',
  label: 'X',
  section: 'S',
  shape: 'rowwise',
  summary: '',
  schema,
});
const SCALE = operation({
  required: ['columns'],
  properties: { columns: { type: 'array', items: { 'x-column': ['integer', 'decimal'] } } },
});
const SORT = operation({
  required: ['by'],
  properties: {
    by: {
      type: 'array',
      items: { properties: { column: { 'x-column': ['text', 'decimal'] }, descending: {} } },
    },
  },
});

describe('columnNeeds', () => {
  it('finds columns in lists and in lists of objects', () => {
    expect(columnNeeds(SORT.schema)).toEqual([
      { parameter: 'by', types: ['text', 'decimal'], several: true, required: true, within: 'column' },
    ]);
  });
});

describe('obstacle', () => {
  it('compares with the selection, else with the table', () => {
    expect(obstacle(SCALE, [NUMBER], [TEXT, NUMBER])).toBeNull();
    expect(obstacle(SCALE, [TEXT], [TEXT, NUMBER])).toBe('Needs a number column');
    expect(obstacle(SCALE, [], [TEXT, NUMBER])).toBeNull();
    expect(obstacle(SCALE, [], [TEXT])).toBe('The table has no number column');
  });
});

describe('prefill', () => {
  it('takes the selected columns that fit', () => {
    expect(prefill(SCALE, [TEXT, NUMBER])).toEqual({ columns: ['fare'] });
    expect(prefill(SORT, [TEXT, NUMBER])).toEqual({ by: [{ column: 'city' }, { column: 'fare' }] });
    expect(prefill(SCALE, [TEXT])).toEqual({});
  });
});
