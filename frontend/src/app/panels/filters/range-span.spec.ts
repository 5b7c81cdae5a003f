import { spanOf } from './range-span';

const HISTOGRAM = { edges: [0, 10, 20, 30], counts: [1, 2, 3] };

describe('spanOf', () => {
  it('is the bins that a range touches', () => {
    expect(spanOf(HISTOGRAM, null, null)).toBeNull();
    expect(spanOf(HISTOGRAM, 10, 20)).toEqual({ first: 1, last: 1 });
    expect(spanOf(HISTOGRAM, 5, null)).toEqual({ first: 0, last: 2 });
    expect(spanOf(HISTOGRAM, null, 10.5)).toEqual({ first: 0, last: 1 });
  });

  it('compares dates as they are written', () => {
    const dates = { edges: ['2024-01-01', '2024-02-01', '2024-03-01'], counts: [1, 1] };
    expect(spanOf(dates, '2024-02-10', null)).toEqual({ first: 1, last: 1 });
  });
});
