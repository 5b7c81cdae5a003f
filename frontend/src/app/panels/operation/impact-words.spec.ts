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
    expect(impactWords(NOTHING)).toBe('no cell changes');
    expect(impactWords({ ...NOTHING, rows_after: 7 })).toBe('3 rows of 10 go');
    expect(
      impactWords({
        ...NOTHING,
        cells_changed: 1200,
        columns: { a: { changed: 1200, became_missing: 3 } },
        columns_added: ['b'],
      }),
    ).toBe('1,200 cells change, 3 of them become missing, 1 new column');
  });
});
