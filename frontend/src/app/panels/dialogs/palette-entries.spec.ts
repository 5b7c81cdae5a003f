import type { OperationDeclaration } from '../../protocol/schema';
import { paletteEntries } from './palette-entries';

const operation = (label: string, summary = ''): OperationDeclaration => ({
  id: label,
  label,
  section: 'Section',
  shape: 'rowwise',
  summary,
  schema: {},
});
const OPERATIONS = [
  operation('Sort rows'),
  operation('Rename column'),
  operation('Fill', 'Replace missing values'),
];
const COLUMNS = [{ name: 'row_id', type: 'integer', missing: 0 } as const];
const labels = (text: string) => paletteEntries(text, OPERATIONS, COLUMNS, 500).map(({ label }) => label);

describe('paletteEntries', () => {
  it('shows everything before anything is typed', () => {
    expect(labels('')).toEqual(['Sort rows', 'Rename column', 'Fill', 'row_id']);
  });

  it('puts beginnings before beginnings of words', () => {
    expect(labels('row')).toEqual(['row_id', 'Sort rows', 'Find “row” in the table']);
  });

  it('finds what the summary says', () => {
    expect(labels('missing values')[0]).toBe('Fill');
  });

  it('leads to a row that is there', () => {
    expect(labels('500')[0]).toBe('Go to row 500');
    expect(labels('501')).toEqual(['Find “501” in the table']);
  });
});
