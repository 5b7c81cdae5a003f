import { describe, expect, it } from 'vitest';

import { dropAt } from './column-drop';
import { ColumnLayout, gutterWidthFor } from './column-layout';
import type { GridColumn } from './contract';

function columns(count: number): GridColumn[] {
  return Array.from({ length: count }, (_, i) => ({ name: `c${i}`, type: 'text' }));
}

function layout(count: number, frozen: string[] = [], viewportWidth = 1_000): ColumnLayout {
  const widths = new Map(columns(count).map(({ name }) => [name, 100]));
  return new ColumnLayout({ columns: columns(count), frozen, widths, gutterWidth: 50, viewportWidth });
}

describe('ColumnLayout', () => {
  it('shows frozen columns first, each group in table order', () => {
    const names = layout(5, ['c3', 'c1']).placed.map(({ column }) => column.name);
    expect(names).toEqual(['c1', 'c3', 'c0', 'c2', 'c4']);
  });

  it('finds the columns in sight', () => {
    const five_hundred = layout(500);
    expect(five_hundred.visible(0)).toEqual({ from: 0, to: 10 });
    expect(five_hundred.visible(100)).toEqual({ from: 1, to: 11 });
    expect(five_hundred.visible(99)).toEqual({ from: 0, to: 11 });
    expect(five_hundred.visible(49_050)).toEqual({ from: 490, to: 500 });
  });

  it('starts behind the frozen columns', () => {
    const frozen = layout(500, ['c0']);
    expect(frozen.pinnedWidth).toBe(150);
    expect(frozen.visible(0)).toEqual({ from: 1, to: 10 });
    expect(frozen.visible(250)).toEqual({ from: 3, to: 12 });
  });

  it('lets frozen columns scroll where they would fill the screen', () => {
    const narrow = layout(10, ['c0', 'c1', 'c2'], 400);
    expect(narrow.pinned).toBe(1);
    expect(narrow.placed.slice(0, 3).map(({ column }) => column.name)).toEqual(['c0', 'c1', 'c2']);
  });

  it('finds the column under the pointer', () => {
    const frozen = layout(500, ['c4']);
    expect(frozen.placeAt(49, 700)).toBe(-1);
    expect(frozen.placeAt(149, 700)).toBe(0);
    expect(frozen.placeAt(150, 700)).toBe(8);
    expect(layout(3).placeAt(400, 0)).toBeNull();
  });

  it('scrolls as little as shows a column', () => {
    const frozen = layout(500, ['c0']);
    expect(frozen.reveal(0, 5_000)).toBe(5_000);
    expect(frozen.reveal(100, 0)).toBe(9_150);
    expect(frozen.reveal(100, 20_000)).toBe(9_900);
    expect(frozen.reveal(100, 9_500)).toBe(9_500);
  });

  it('has room for the number of the last row', () => {
    expect(gutterWidthFor(10)).toBe(48);
    expect(gutterWidthFor(100_000_000)).toBe(108);
  });
});

describe('dropAt', () => {
  it('counts places as move_column does', () => {
    const five = layout(5);
    expect(dropAt(five, 3, 60, 0)).toEqual({ position: 0, lineX: 50 });
    expect(dropAt(five, 0, 340, 0)).toEqual({ position: 2, lineX: 350 });
    expect(dropAt(five, 0, 360, 0)).toEqual({ position: 2, lineX: 350 });
    expect(dropAt(five, 0, 900, 0)).toEqual({ position: 4, lineX: 550 });
    expect(dropAt(five, 4, 10, 0)).toEqual({ position: 0, lineX: 50 });
  });

  it('is nothing where the column already is', () => {
    const five = layout(5);
    expect(dropAt(five, 2, 260, 0)).toBeNull();
    expect(dropAt(five, 2, 240, 0)).toBeNull();
    expect(dropAt(five, 2, 360, 0)).toBeNull();
  });

  it('means places in the table, not on the screen', () => {
    const frozen = layout(5, ['c3']);
    expect(dropAt(frozen, 0, 160, 0)).toEqual({ position: 0, lineX: 150 });
  });
});
