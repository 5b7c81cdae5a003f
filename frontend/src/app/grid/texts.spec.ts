import { describe, expect, it } from 'vitest';

import { plainText, textParts } from './cell-parts';
import { type CopyJob, CopyRefused, copyText } from './clipboard';
import { barHeights, headerLabel, nextSort, percent, sortFact, topValues } from './header-facts';
import { copyBlock, tsvLine } from './tsv';

const span = (first: number, last: number) => ({ first, last });

describe('texts on one line', () => {
  it('are shown as they are where nothing is hidden', () => {
    expect(plainText('two  words')).toBe('two  words');
    expect(plainText('')).toBe('');
  });

  it('have marks for blanks at the ends and for line ends', () => {
    expect(textParts('  a b ')).toEqual([
      { kind: 'mark', text: '··' },
      { kind: 'text', text: 'a b' },
      { kind: 'mark', text: '·' },
    ]);
    expect(textParts('a\nb\tc\u0000')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'mark', text: '↵' },
      { kind: 'text', text: 'b' },
      { kind: 'mark', text: '⇥' },
      { kind: 'text', text: 'c' },
      { kind: 'mark', text: '␀' },
    ]);
    expect(textParts('\u00a0')).toEqual([{ kind: 'mark', text: '⍽' }]);
  });

  it('are shortened without cutting a character in two', () => {
    expect(plainText('x'.repeat(500))).toBe(`${'x'.repeat(400)}…`);
    expect(plainText(`${'x'.repeat(399)}😀y`)).toBe(`${'x'.repeat(399)}…`);
  });
});

describe('copyBlock', () => {
  it('joins ranges with the same rows', () => {
    const ranges = [
      { rows: span(1, 2), columns: span(5, 5) },
      { rows: span(1, 2), columns: span(0, 1) },
    ];
    expect(copyBlock(ranges)).toEqual({ rows: [span(1, 2)], columns: [0, 1, 5] });
  });

  it('joins ranges with the same columns, overlaps once', () => {
    const ranges = [
      { rows: span(8, 9), columns: span(0, 1) },
      { rows: span(1, 3), columns: span(0, 1) },
      { rows: span(3, 4), columns: span(0, 1) },
    ];
    expect(copyBlock(ranges)).toEqual({ rows: [span(1, 4), span(8, 9)], columns: [0, 1] });
  });

  it('refuses what is no table', () => {
    const ranges = [
      { rows: span(1, 1), columns: span(0, 0) },
      { rows: span(2, 2), columns: span(1, 1) },
    ];
    expect(copyBlock(ranges)).toBeNull();
    expect(copyBlock([])).toBeNull();
  });
});

describe('tsvLine', () => {
  it('tells missing from empty and quotes what would break', () => {
    expect(tsvLine(['a', null, '', 'tab\there', 'say "x"', 'é'])).toBe(
      'a\t\t""\t"tab\there"\t"say ""x"""\té',
    );
  });
});

describe('copyText', () => {
  const asked: [number, number, number][] = [];
  const job: CopyJob = {
    source: {
      key: 'v1',
      rows: 1_000_000,
      fetch: (row, count, columns) => {
        asked.push([row, count, columns.length]);
        const rows = Array.from({ length: count }, (_, i) => row + i);
        const cut: [number, string][] = row <= 2 && 2 < row + count ? [[2, 'b']] : [];
        return Promise.resolve({
          rows,
          cells: columns.map((name) => rows.map((at) => (name === 'a' ? at : `t${at}`))),
          cut,
        });
      },
      cell: (row, column) => Promise.resolve(`whole ${column}${row}`),
    },
    block: { rows: [span(1, 2)], columns: [0, 1] },
    columns: [
      { name: 'a', type: 'decimal' },
      { name: 'b', type: 'text' },
    ],
    header: true,
    signal: new AbortController().signal,
  };

  it('writes text forms, and cut cells whole', async () => {
    await expect(copyText(job)).resolves.toBe('a\tb\n1.0\tt1\n2.0\twhole b2');
  });

  it('asks for at most 50,000 cells and 1,000 rows at a time', async () => {
    asked.length = 0;
    const text = await copyText({
      ...job,
      block: { rows: [span(10, 2_509)], columns: [0, 1] },
      header: false,
    });
    expect(asked).toEqual([
      [10, 1_000, 2],
      [1_010, 1_000, 2],
      [2_010, 500, 2],
    ]);
    expect(text.split('\n')).toHaveLength(2_500);
  });

  it('refuses more than a million cells before asking', async () => {
    asked.length = 0;
    const tooLarge = copyText({ ...job, block: { rows: [span(0, 500_000)], columns: [0, 1] } });
    await expect(tooLarge).rejects.toThrow(CopyRefused);
    await expect(tooLarge).rejects.toThrow('1,000,002 cells are selected; at most 1,000,000 can be copied');
    expect(asked).toEqual([]);
  });
});

describe('header facts', () => {
  it('never call something nothing, or a part the whole', () => {
    expect(percent(0, 100)).toBe('0 %');
    expect(percent(1, 100_000_000)).toBe('< 0.1 %');
    expect(percent(99_999_999, 100_000_000)).toBe('> 99.9 %');
    expect(percent(100, 100)).toBe('100 %');
    expect(percent(1, 3)).toBe('33 %');
    expect(percent(5, 200)).toBe('2.5 %');
    expect(percent(0, 0)).toBe('0 %');
  });

  it('keep a nearly empty bin visible', () => {
    expect(barHeights([0, 1, 1_000_000])).toEqual([0, 0.06, 1]);
    expect(barHeights([])).toEqual([]);
  });

  it('give top values in text form, none if all differ', () => {
    const profile = { missing: 0, distinct: 2, distinct_exact: true };
    expect(
      topValues(
        {
          ...profile,
          top: [
            [2, 30],
            [null, 10],
            [1, 5],
          ],
        },
        'decimal',
        100,
      ),
    ).toEqual([
      { text: '2.0', missing: false, share: 0.3, percent: '30 %' },
      { text: 'missing', missing: true, share: 0.1, percent: '10 %' },
    ]);
    expect(topValues({ ...profile, top: [['a', 1]] }, 'text', 100)).toEqual([]);
  });

  it('go from ascending to descending to not sorted', () => {
    expect(nextSort('a', [], false)).toEqual({ column: 'a', direction: 'ascending', keepOthers: false });
    expect(nextSort('a', [{ column: 'a', descending: false }], false).direction).toBe('descending');
    expect(nextSort('a', [{ column: 'a', descending: true }], true)).toEqual({
      column: 'a',
      direction: null,
      keepOthers: true,
    });
  });

  it('number sort keys only if there are several', () => {
    const keys = [
      { column: 'a', descending: true },
      { column: 'b', descending: false },
    ];
    expect(sortFact('a', keys.slice(0, 1))).toEqual({ direction: 'descending', place: null });
    expect(sortFact('b', keys)).toEqual({ direction: 'ascending', place: 2 });
    expect(sortFact('c', keys)).toBeNull();
  });

  it('say in words what the pictures show', () => {
    const profile = { missing: 5, distinct: 1_200, distinct_exact: false };
    const label = headerLabel(
      { name: 'fare', type: 'decimal', profile },
      { direction: 'ascending', place: null },
      100,
    );
    expect(label).toBe('fare, decimal, 5.0 % missing, about 1,200 different, sorted ascending');
  });
});
