import { spansToText, textToSpans } from './row-spans';

describe('row spans', () => {
  it('are 1-based for people and 0-based on the wire', () => {
    expect(textToSpans('1-10, 15')).toEqual([[0, 9], 14]);
    expect(spansToText([[0, 9], 14])).toBe('1-10, 15');
    expect(textToSpans('3')).toEqual([2]);
    expect(textToSpans('')).toEqual([]);
    expect(textToSpans('4-4')).toEqual([3]);
  });

  it.each(['0', '5-2', 'x', '1-', '-3', '1.5'])('refuse %j', (text) => {
    expect(textToSpans(text)).toBeNull();
  });
});
