import { conditionWords } from './condition-words';

describe('conditionWords', () => {
  it('reads as a sentence', () => {
    expect(
      conditionWords({
        all: [
          { column: 'fare', is: 'between', low: 1, high: 5 },
          {
            any: [
              { column: 'city', is: 'missing' },
              { column: 'city', is: 'contains', text: 'Lon' },
            ],
          },
          { not: { column: 'city', is: 'one_of', values: ['a', 'b', 'c', 'd', null] } },
        ],
      }),
    ).toBe(
      'fare is from 1 to 5 and (city is missing or city contains “Lon”) and not (city is “a”, “b”, “c” or 2 more)',
    );
    expect(conditionWords({ search: 'x', columns: null })).toBe('any column contains “x”');
  });
});
