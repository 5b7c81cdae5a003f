import { proposedNames, readRecipe } from './recipe-file';

const RECIPE = {
  format: 'willow-recipe',
  format_version: 1,
  columns_in: [
    { name: 'city', type: 'text' },
    { name: 'fare', type: 'decimal' },
  ],
  columns_out: [],
  steps: [
    {
      operation: { op: 'fill_missing', columns: ['fare'], using: 'mean' },
      state: { fill: { fare: 1.5 } },
      note: 'as agreed',
    },
    { operation: { op: 'rename_column', column: 'city', to: 'town' } },
  ],
  omitted: [
    { operation: { op: 'sort_rows', by: [] }, reason: 'The order of rows depends on all of them.', after: 1 },
  ],
};

describe('readRecipe', () => {
  it('tells what a recipe does', () => {
    expect(readRecipe(JSON.stringify(RECIPE))).toEqual({
      document: RECIPE,
      columns: ['city', 'fare'],
      steps: [
        { op: 'fill_missing', columns: ['fare'], note: 'as agreed', learned: true },
        { op: 'rename_column', columns: ['city'], note: '', learned: false },
      ],
      omitted: [{ op: 'sort_rows', reason: 'The order of rows depends on all of them.' }],
    });
  });

  it('knows what is no recipe', () => {
    for (const text of ['', '{', 'null', '[]', '{}', '{"format":"other"}'])
      expect(readRecipe(text)).toBeNull();
  });

  it('leaves it to the server what is wrong with a damaged one', () => {
    expect(readRecipe('{"format":"willow-recipe","steps":[3,{}],"omitted":"?"}')).toMatchObject({
      columns: [],
      steps: [{ op: '', columns: [] }],
      omitted: [],
    });
  });
});

describe('proposedNames', () => {
  it('proposes nothing for columns that are there', () => {
    expect(proposedNames(['city'], ['city', 'City'])).toEqual(new Map());
  });

  it('proposes a name that is written in another way, unless the recipe has that one too', () => {
    const there = ['Trip ID', 'fare', 'Città'];
    expect(proposedNames(['trip_id', 'citta', 'driver'], there)).toEqual(
      new Map([
        ['trip_id', 'Trip ID'],
        ['citta', 'Città'],
        ['driver', null],
      ]),
    );
    expect(proposedNames(['%'], ['#'])).toEqual(new Map([['%', null]]));
    expect(proposedNames(['FARE', 'fare'], ['fare'])).toEqual(new Map([['FARE', null]]));
  });
});
