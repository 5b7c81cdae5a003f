import { spansOf } from './positions';

describe('spansOf', () => {
  it('joins runs, whatever the order', () => {
    expect(spansOf([7, 3, 4, 5, 9, 8, 3])).toEqual([
      [3, 5],
      [7, 9],
    ]);
    expect(spansOf([2])).toEqual([2]);
    expect(spansOf([])).toEqual([]);
  });
});
