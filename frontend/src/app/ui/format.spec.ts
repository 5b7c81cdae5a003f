import { ago, bytes, duration, humanise, percent, plural, short } from './format';

describe('format', () => {
  it('never says nothing of some, or all of not all', () => {
    expect(percent(0, 10)).toBe('0%');
    expect(percent(1, 100_000)).toBe('<0.1%');
    expect(percent(99_999, 100_000)).toBe('>99.9%');
    expect(percent(10, 10)).toBe('100%');
    expect(percent(0, 0)).toBe('0%');
  });

  it('writes numbers for reading', () => {
    expect(short(109_999.5)).toBe('109,999.5');
    expect(short(0.000_012_34)).toBe('1.234e-5');
    expect(short(0.123_456_7)).toBe('0.12346');
    expect(short(2e21)).toBe('2.000e+21');
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(1200, 'row')).toBe('1,200 rows');
  });

  it('writes sizes and times', () => {
    expect([bytes(512), bytes(1536), bytes(48_000_000)]).toEqual(['512 bytes', '1.5 KB', '46 MB']);
    expect([duration(0.4), duration(8), duration(180), duration(7500)]).toEqual([
      'less than 1 s',
      '8 s',
      '3 min',
      '2 h 5 min',
    ]);
    const now = Date.parse('2024-01-31T12:00:00Z');
    expect(ago('2024-01-31T11:59:40Z', now)).toBe('just now');
    expect(ago('2024-01-31T11:55:00Z', now)).toBe('5 minutes ago');
    expect(ago('2024-01-30T12:00:00Z', now)).toBe('yesterday');
    expect(ago('nonsense', now)).toBe('');
  });

  it('makes names readable and leaves other texts alone', () => {
    expect([humanise('fill_missing'), humanise('Case Sensitive'), humanise('x1'), humanise('%Y-%m')]).toEqual(
      ['Fill missing', 'Case sensitive', 'x1', '%Y-%m'],
    );
  });
});
