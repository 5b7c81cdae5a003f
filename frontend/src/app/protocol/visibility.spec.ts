import type { Schema } from './schema';
import { chosenOf, sendable, visible } from './visibility';

const FILL: Schema = {
  properties: {
    op: { const: 'fill_missing' },
    columns: { type: 'array' },
    using: { enum: ['value', 'mean'], default: 'value' },
    value: { 'x-show-if': { using: 'value' } },
  },
};
const SPLIT: Schema = {
  'x-one-of': ['separator', 'pattern'],
  properties: { separator: { type: 'string' }, pattern: { type: 'string' }, limit: { type: 'integer' } },
};

describe('visible', () => {
  it('hides the id and follows x-show-if, defaults included', () => {
    expect(visible(FILL, {})).toEqual(['columns', 'using', 'value']);
    expect(visible(FILL, { using: 'mean' })).toEqual(['columns', 'using']);
  });

  it('shows one of the alternatives: the one with a value, else the first', () => {
    expect(visible(SPLIT, {})).toEqual(['separator', 'limit']);
    expect(visible(SPLIT, { pattern: 'x' })).toEqual(['pattern', 'limit']);
    expect(chosenOf(['separator', 'pattern'], { pattern: undefined })).toBe('pattern');
  });

  it('follows x-order', () => {
    expect(visible({ ...FILL, 'x-order': ['using'] }, {})).toEqual(['using', 'columns', 'value']);
  });
});

describe('sendable', () => {
  it('leaves out what is hidden and what is empty, and keeps null and empty text', () => {
    expect(sendable(FILL, { columns: ['a'], using: 'mean', value: 3 })).toEqual({
      columns: ['a'],
      using: 'mean',
    });
    expect(sendable(FILL, { columns: [], value: null })).toEqual({ value: null });
    expect(sendable(FILL, { value: '' })).toEqual({ value: '' });
  });
});
