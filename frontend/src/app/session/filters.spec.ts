import { TestBed } from '@angular/core/testing';
import { FilterStore, allOf, conditionOf } from './filters';

describe('conditionOf', () => {
  it('says nothing while nothing is chosen', () => {
    expect(conditionOf({ kind: 'values', column: 'a', values: [], exclude: true })).toBeNull();
    expect(conditionOf({ kind: 'range', column: 'a', low: null, high: null })).toBeNull();
    expect(
      conditionOf({ kind: 'text', column: 'a', test: 'contains', text: '', caseSensitive: false }),
    ).toBeNull();
    expect(conditionOf({ kind: 'duplicate', columns: [] })).toBeNull();
  });

  it('keeps missing among the values, and excludes by not', () => {
    expect(conditionOf({ kind: 'values', column: 'a', values: ['x', null], exclude: true })).toEqual({
      not: { column: 'a', is: 'one_of', values: ['x', null] },
    });
  });

  it('opens a range at the end that is not given', () => {
    expect(conditionOf({ kind: 'range', column: 'a', low: 0, high: null })).toEqual({
      column: 'a',
      is: 'at_least',
      value: 0,
    });
    expect(conditionOf({ kind: 'range', column: 'a', low: null, high: 9 })).toEqual({
      column: 'a',
      is: 'at_most',
      value: 9,
    });
    expect(conditionOf({ kind: 'range', column: 'a', low: 0, high: 9 })).toEqual({
      column: 'a',
      is: 'between',
      low: 0,
      high: 9,
    });
  });
});

describe('allOf', () => {
  it('is the condition itself for one, and null for none', () => {
    expect(allOf([null])).toBeNull();
    expect(allOf([null, { column: 'a', is: 'missing' }])).toEqual({ column: 'a', is: 'missing' });
  });
});

describe('FilterStore', () => {
  let store: FilterStore;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [FilterStore] });
    store = TestBed.inject(FilterStore);
  });

  it('joins search and filters, and can leave one out', () => {
    store.search.set('x');
    const id = store.add({ kind: 'missing', column: 'a' });
    expect(store.where()).toEqual({
      all: [
        { search: 'x', columns: null },
        { column: 'a', is: 'missing' },
      ],
    });
    expect(store.whereWithout(id)).toEqual({ search: 'x', columns: null });
    expect(store.active()).toBe(2);
  });

  it('sorts by one column, or by several with shift', () => {
    store.sortBy('a', 'ascending');
    store.sortBy('b', 'descending', true);
    store.sortBy('a', 'descending', true);
    expect(store.sort()).toEqual([
      { column: 'a', descending: true },
      { column: 'b', descending: true },
    ]);
    store.sortBy('a', null, true);
    expect(store.sort()).toEqual([{ column: 'b', descending: true }]);
    store.sortBy('c', 'ascending');
    expect(store.sort()).toEqual([{ column: 'c', descending: false }]);
  });

  it('forgets what names a column that is gone', () => {
    store.add({ kind: 'missing', column: 'a' });
    store.add({ kind: 'duplicate', columns: ['a', 'b'] });
    store.add({ kind: 'present', column: 'b' });
    store.sortBy('a', 'ascending');
    store.keepTo([{ name: 'b', type: 'text', missing: 0 }]);
    expect(store.filters().map(({ kind }) => kind)).toEqual(['present']);
    expect(store.sort()).toEqual([]);
  });
});
