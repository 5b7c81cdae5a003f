import { describe, expect, it } from 'vitest';

import { SPACER_CAP, ScrollGeometry, wheelPixels } from './geometry';

const HUNDRED_MILLION = 100_000_000;

function geometry(rows: number): ScrollGeometry {
  const made = new ScrollGeometry();
  made.resize({ rows, rowHeight: 26, headerHeight: 72, viewportHeight: 852 });
  return made;
}

describe('ScrollGeometry of 1,000 rows', () => {
  it('scrolls as the browser would', () => {
    const small = geometry(1_000);
    expect(small.spacerHeight).toBe(26_072);
    expect(small.maxY).toBe(25_220);
    expect(small.scale).toBe(1);
    small.scrolled(5_000, 'scrollbar');
    expect(small.y).toBe(5_000);
  });
});

describe('ScrollGeometry of fewer rows than fit', () => {
  it('does not scroll', () => {
    const tiny = geometry(3);
    tiny.moveBy(500);
    expect(tiny.y).toBe(0);
    expect(tiny.scale).toBe(1);
    expect([tiny.firstRow, tiny.endRow]).toEqual([0, 3]);
  });

  it('copes with no rows', () => {
    const empty = geometry(0);
    expect([empty.firstRow, empty.endRow, empty.maxY]).toEqual([0, 0, 0]);
  });
});

describe('ScrollGeometry of 100,000,000 rows', () => {
  it('caps the spacer', () => {
    expect(geometry(HUNDRED_MILLION).spacerHeight).toBe(SPACER_CAP);
  });

  it('moves 4 rows for one turn of the wheel, anywhere in the table', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(50_000_000 * 26);
    expect(large.firstRow).toBe(50_000_000);
    large.moveBy(104);
    expect(large.firstRow).toBe(50_000_004);
    large.moveBy(-104);
    expect(large.y).toBe(1_300_000_000);
  });

  it('reaches the last row exactly', () => {
    const large = geometry(HUNDRED_MILLION);
    large.reveal(99_999_999);
    expect(large.y).toBe(large.maxY);
    expect(large.endRow).toBe(HUNDRED_MILLION);
    expect(large.rowTop(99_999_999)).toBe(780 - 26);
    expect(large.scrollTop).toBe(SPACER_CAP - 852);
  });

  it('stops at both ends', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveBy(-1);
    expect(large.y).toBe(0);
    large.moveBy(1e12);
    expect(large.y).toBe(2_599_999_220);
  });

  it('takes the place of a dragged scrollbar', () => {
    const large = geometry(HUNDRED_MILLION);
    expect(large.scrolled(4_000_000, 'scrollbar')).toBe(true);
    expect(large.firstRow).toBe(50_005_310);
  });

  it('takes a click on the track for one screen, not for 325', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(26_000_000);
    large.placed(large.scrollTop);
    const dragged = large.scrolled(large.scrollTop + 700, 'scrollbar');
    expect(dragged).toBe(false);
    expect(large.y).toBe(26_000_700);
  });

  it('goes to the ends with the scrollbar, however short the way', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(100_000);
    large.placed(large.scrollTop);
    large.scrolled(0, 'scrollbar');
    expect(large.y).toBe(0);
    large.moveTo(large.maxY - 100_000);
    large.placed(large.scrollTop);
    large.scrolled(SPACER_CAP - 852, 'scrollbar');
    expect(large.y).toBe(large.maxY);
  });

  it('follows a finger 1:1, also over more than a screen, and then puts the scrollbar back', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(1_300_000_000);
    const before = large.scrollTop;
    large.placed(before);
    large.scrolled(before + 2_000, 'touch');
    expect(large.y).toBe(1_300_002_000);
    expect(large.scrollTop).toBe(before + 6);
  });

  it('does not jump when a finger reaches the end of the scrollbar before the end of the table', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(325_000);
    large.placed(large.scrollTop);
    large.scrolled(0, 'touch');
    expect(large.y).toBe(324_000);
  });

  it('ignores the event of its own write', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(1_234_567);
    large.placed(3_799);
    large.scrolled(3_799.5, 'scrollbar');
    expect(large.y).toBe(1_234_567);
  });

  it('finds the row at a height', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(10 * 26 + 13);
    expect(large.rowAt(0)).toBe(10);
    expect(large.rowAt(13)).toBe(11);
    expect(large.rowTop(11)).toBe(13);
  });

  it('stays inside when the table becomes shorter', () => {
    const large = geometry(HUNDRED_MILLION);
    large.moveTo(2_000_000_000);
    large.resize({ rows: 100, rowHeight: 26, headerHeight: 72, viewportHeight: 852 });
    expect(large.y).toBe(2_600 - 780);
  });
});

describe('wheelPixels', () => {
  it('knows px, lines and pages', () => {
    expect(wheelPixels(100, 0, 26, 780)).toBe(100);
    expect(wheelPixels(3, 1, 26, 780)).toBe(78);
    expect(wheelPixels(-1, 2, 26, 780)).toBe(-780);
  });
});
