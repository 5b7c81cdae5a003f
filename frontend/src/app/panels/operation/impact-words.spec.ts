import { impactWords } from './impact-words';

const NOTHING = {
  rows_before: 10,
  rows_after: 10,
  cells_changed: 0,
  columns: {},
  columns_added: [],
  columns_removed: [],
};

describe('impactWords', () => {
  it('says what changes', () => {
    expect(impactWords(NOTHING)).toBe('changes no cell');
    expect(impactWords({ ...NOTHING, rows_after: 7 })).toBe('removes 3 of 10 rows');
    expect(
      impactWords({
        ...NOTHING,
        cells_changed: 1200,
        columns: { a: { changed: 1200, became_missing: 3 } },
        columns_added: ['b'],
      }),
    ).toBe('changes 1,200 cells (3 become missing), adds 1 column');
  });
});
