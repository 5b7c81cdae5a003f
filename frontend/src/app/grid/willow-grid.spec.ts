import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Cell, GridColumn, GridSource, GridWindow } from './contract';
import type { GridEvents } from './events';
import { type GridInputs, WillowGrid } from './willow-grid';

const COLUMNS: GridColumn[] = [
  { name: 'id', type: 'integer', missing: 0 },
  { name: 'name', type: 'text', missing: 1 },
  { name: 'fare', type: 'decimal', missing: 2 },
];

const ROWS: Cell[][] = [
  [1, '<b>bold</b>', 2],
  [2, '', null],
  [3, null, 2.5],
  [4, ' x', null],
];

function source(changes: Partial<GridSource> = {}, window: Partial<GridWindow> = {}): GridSource {
  return {
    key: 'v1',
    rows: ROWS.length,
    fetch: (row, count, names) => {
      const shown = ROWS.slice(row, row + count);
      const cells = names.map((name) => {
        const place = COLUMNS.findIndex((column) => column.name === name);
        return shown.map((cells) => cells[place] ?? null);
      });
      return Promise.resolve({ rows: shown.map((_, i) => row + i), cells, cut: [], ...window });
    },
    ...changes,
  };
}

type Told = { [K in keyof GridEvents]: ReturnType<typeof vi.fn<GridEvents[K]>> };

function listeners(): Told {
  return {
    selectionChange: vi.fn(),
    cellEdit: vi.fn(),
    headerMenu: vi.fn(),
    typeMenu: vi.fn(),
    cellMenu: vi.fn(),
    sortToggle: vi.fn(),
    columnMove: vi.fn(),
    columnResize: vi.fn(),
    visibleColumns: vi.fn(),
    topRow: vi.fn(),
    copied: vi.fn(),
    fetchFailed: vi.fn(),
  };
}

let made: WillowGrid | null = null;

async function grid(inputs: Partial<GridInputs> = {}) {
  const host = document.createElement('div');
  document.body.append(host);
  const told = listeners();
  made = new WillowGrid(host, told);
  made.update({ columns: COLUMNS, source: source(), label: 'Beers', ...inputs });
  await frames();
  const scroller = host.querySelector<HTMLElement>('[role=grid]')!;
  const press = async (key: string, held: KeyboardEventInit = {}) => {
    const target = document.activeElement === document.body ? scroller : document.activeElement!;
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }));
    await frames();
  };
  const cell = (row: number, column: number) =>
    host.querySelector<HTMLElement>(`[aria-rowindex="${row + 2}"] > [aria-colindex="${column + 2}"]`)!;
  return { grid: made, host, told, scroller, press, cell };
}

/** Let tiles load and the frames they ask for be drawn. */
async function frames(): Promise<void> {
  await vi.advanceTimersByTimeAsync(100);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = vi.fn();
      disconnect = vi.fn();
    },
  );
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(500);
});

afterEach(() => {
  made?.destroy();
  made = null;
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the grid for assistive technology', () => {
  it('is one tab stop with the size of the whole table', async () => {
    const { host, scroller } = await grid({ source: source({ rows: 100_000_000 }) });
    expect(scroller.getAttribute('aria-label')).toBe('Beers');
    expect(scroller.getAttribute('aria-rowcount')).toBe('100000001');
    expect(scroller.getAttribute('aria-colcount')).toBe('4');
    expect(scroller.getAttribute('aria-multiselectable')).toBe('true');
    expect(host.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
    expect(host.querySelectorAll('button:not([tabindex="-1"])')).toHaveLength(0);
  });

  it('points to the active cell, in the header too', async () => {
    const { scroller, press, cell, host } = await grid();
    await press('ArrowDown');
    await press('ArrowRight');
    expect(cell(1, 1).id).toBe(scroller.getAttribute('aria-activedescendant'));
    expect(cell(1, 1).getAttribute('aria-selected')).toBe('true');
    await press('ArrowUp');
    await press('ArrowUp');
    const head = host.querySelector('.wl-head-cell.wl-active')!;
    expect(head.id).toBe(scroller.getAttribute('aria-activedescendant'));
    expect(head.getAttribute('aria-label')).toBe('name, text, 25 % missing');
  });

  it('tells the sort of the first key', async () => {
    const { host } = await grid({
      sort: [
        { column: 'fare', descending: true },
        { column: 'id', descending: false },
      ],
    });
    const sorts = [...host.querySelectorAll('.wl-head-cell')].map((head) => head.getAttribute('aria-sort'));
    expect(sorts).toEqual([null, null, 'descending']);
  });
});

describe('cells', () => {
  it('show values as text, never as markup', async () => {
    const { cell } = await grid();
    expect(cell(0, 1).textContent).toBe('<b>bold</b>');
    expect(cell(0, 1).querySelector('b')).toBeNull();
    expect(cell(0, 2).textContent).toBe('2.0');
  });

  it('tell missing from empty and show blanks at the ends', async () => {
    const { cell } = await grid();
    expect(cell(1, 1).textContent).toBe('');
    expect(cell(1, 1).classList.contains('wl-missing')).toBe(false);
    expect(cell(2, 1).textContent).toBe('missing');
    expect(cell(2, 1).classList.contains('wl-missing')).toBe(true);
    expect(cell(3, 1).textContent).toBe('·x');
  });

  it('are busy until loaded, and dim placeholders when the version changes', async () => {
    const { grid: shown, cell } = await grid();
    shown.update({ source: source({ key: 'v2', fetch: () => new Promise(() => undefined) }) });
    await frames();
    expect(cell(0, 2).textContent).toBe('2.0');
    expect(cell(0, 2).classList.contains('wl-stale')).toBe(true);
    expect(cell(0, 2).getAttribute('aria-busy')).toBe('true');
  });

  it('show pending edits in their place', async () => {
    const { grid: shown, cell } = await grid();
    shown.update({ pending: [{ position: 1, column: 'fare', value: 7 }] });
    await frames();
    expect(cell(1, 2).textContent).toBe('7.0');
    expect(cell(1, 2).classList.contains('wl-pending')).toBe(true);
  });

  it('number rows by position and separate what is not consecutive', async () => {
    const { host, grid: shown } = await grid({ source: source({}, { rows: [0, 1, 7, 8] }) });
    const numbers = () =>
      [...host.querySelectorAll('.wl-row:not([hidden]) .wl-gutter')].map((gutter) => gutter.textContent);
    expect(numbers()).toEqual(['1', '2', '8', '9']);
    const separated = () =>
      [...host.querySelectorAll('.wl-separated')].map((row) => row.getAttribute('aria-rowindex'));
    expect(separated()).toEqual(['4']);
    shown.update({ sort: [{ column: 'id', descending: false }] });
    await frames();
    expect(separated()).toEqual([]);
  });
});

describe('groups', () => {
  it('are separated where a column changes, missing being a value like others', async () => {
    const { host } = await grid({ groupBy: ['fare'], sort: [{ column: 'fare', descending: false }] });
    const separated = [...host.querySelectorAll('.wl-separated')].map((row) =>
      row.getAttribute('aria-rowindex'),
    );
    expect(separated).toEqual(['3', '4', '5']);
  });
});

describe('columns', () => {
  const widthOf = (host: HTMLElement, column: number) =>
    host.querySelector<HTMLElement>(`.wl-head-cell[aria-colindex="${column + 2}"]`)!.style.width;

  it('keep the width the person gave them while other inputs change', async () => {
    const widths = { name: 200 };
    const { grid: shown, host, told } = await grid({ widths });
    expect(widthOf(host, 1)).toBe('200px');
    shown.setColumnWidth('name', 300);
    shown.update({ widths, pending: [] });
    await frames();
    expect(widthOf(host, 1)).toBe('300px');
    expect(told.columnResize).toHaveBeenCalledExactlyOnceWith({ column: 'name', width: 300 });
  });

  it('show frozen ones first and keep the selection by name', async () => {
    const { grid: shown, host, press } = await grid();
    await press('End');
    shown.update({ frozen: ['fare'] });
    await frames();
    const names = [...host.querySelectorAll<HTMLElement>('.wl-head-cell')]
      .sort((a, b) => Number(a.getAttribute('aria-colindex')) - Number(b.getAttribute('aria-colindex')))
      .map((head) => head.querySelector('.wl-name')!.textContent);
    expect(names).toEqual(['fare', 'id', 'name']);
    expect(shown.selection.active).toEqual({ row: 0, column: 0 });
  });

  it('show what a profile tells', async () => {
    const profile = {
      missing: 1,
      distinct: 2,
      distinct_exact: true,
      top: [['Lima', 3] as const, [null, 1] as const],
    };
    const { host } = await grid({ columns: [COLUMNS[0]!, { ...COLUMNS[1]!, profile }, COLUMNS[2]!] });
    const lines = [...host.querySelectorAll('.wl-frequency')].map((line) => line.textContent);
    expect(lines).toEqual(['Lima75 %', 'missing25 %']);
  });
});

describe('a preview', () => {
  it('shows before → after where text or missingness differs, and what is deleted', async () => {
    const before = [
      [1, 2, 3, 4],
      ['old', '', null, ' x'],
      [2, null, 2.5, 9],
    ];
    const { cell, host } = await grid({
      readonly: true,
      source: source({ key: 'd1' }, { before, deleted: [false, false, true, false] }),
    });
    expect(cell(0, 1).textContent).toBe('old → <b>bold</b>');
    expect(cell(1, 1).classList.contains('wl-changed')).toBe(false);
    expect(cell(1, 2).classList.contains('wl-changed')).toBe(false);
    expect(cell(3, 2).textContent).toBe('9.0 → missing');
    const deleted = [...host.querySelectorAll('.wl-deleted')].map((row) => row.getAttribute('aria-rowindex'));
    expect(deleted).toEqual(['4']);
  });
});

describe('editing', () => {
  const area = () => document.querySelector('textarea')!;

  async function enter(text: string): Promise<void> {
    area().value = text;
    area().dispatchEvent(new Event('input', { bubbles: true }));
    await frames();
  }

  it('saves text and value, and goes down', async () => {
    const { told, press, grid: shown } = await grid();
    await press('End');
    await press('F2');
    expect(area().value).toBe('2.0');
    await enter('3');
    await press('Enter');
    expect(told.cellEdit).toHaveBeenCalledExactlyOnceWith({
      key: 'v1',
      row: 0,
      position: 0,
      column: 'fare',
      text: '3',
      value: 3,
    });
    expect(shown.selection.active).toEqual({ row: 1, column: 2 });
  });

  it('begins with what was typed', async () => {
    const { press } = await grid();
    await press('ArrowRight');
    await press('k');
    expect(area().value).toBe('k');
  });

  it('keeps what is not of the type and says why', async () => {
    const { told, press } = await grid();
    await press('7');
    await enter('seven');
    await press('Enter');
    expect(document.querySelector('[role=alert]')!.textContent).toBe(
      '“seven” is not an integer. To keep it, change the column’s type to text first.',
    );
    expect(area().getAttribute('aria-invalid')).toBe('true');
    expect(told.cellEdit).not.toHaveBeenCalled();
    await press('Escape');
    expect(document.querySelector('textarea')).toBeNull();
  });

  it('does nothing if nothing was changed', async () => {
    const { told, press } = await grid();
    await press('F2');
    await press('Enter');
    expect(told.cellEdit).not.toHaveBeenCalled();
  });

  it('tells an emptied text from a missing one', async () => {
    const { told, press } = await grid();
    await press('ArrowRight');
    await press('F2');
    await enter('');
    await press('Enter');
    expect(told.cellEdit.mock.lastCall?.[0]).toMatchObject({ row: 0, text: '', value: '' });
    await press('F2');
    await press('Delete', { ctrlKey: true });
    expect(told.cellEdit.mock.lastCall?.[0]).toMatchObject({ row: 1, text: null, value: null });
  });

  it('makes an emptied number missing', async () => {
    const { told, press } = await grid();
    await press('F2');
    await enter('');
    await press('Tab');
    expect(told.cellEdit.mock.lastCall?.[0]).toMatchObject({ column: 'id', text: null, value: null });
  });

  it('asks for the whole of a cut text', async () => {
    const cell = vi.fn(() => Promise.resolve<Cell>('the whole of it'));
    const { press } = await grid({ source: source({ cell }, { cut: [[0, 'name']] }) });
    await press('ArrowRight');
    await press('F2');
    expect(cell).toHaveBeenCalledWith(0, 'name', expect.any(AbortSignal));
    expect(area().value).toBe('the whole of it');
  });

  it('only shows values in a read-only grid', async () => {
    const { press } = await grid({ readonly: true });
    await press('k');
    expect(document.querySelector('textarea')).toBeNull();
    await press('Enter');
    expect(area().readOnly).toBe(true);
  });
});

describe('telling', () => {
  it('names the selection', async () => {
    const { told, press } = await grid();
    await press('ArrowDown', { shiftKey: true });
    await press('ArrowRight', { shiftKey: true });
    expect(told.selectionChange.mock.lastCall?.[0]).toEqual({
      kind: 'cells',
      active: { row: 0, column: 'id', position: 0 },
      rows: { first: 0, last: 1 },
      columns: ['id', 'name'],
      ranges: [{ rows: { first: 0, last: 1 }, columns: ['id', 'name'] }],
    });
  });

  it('names the columns in sight once', async () => {
    const { told, press } = await grid();
    await press('ArrowDown');
    expect(told.visibleColumns).toHaveBeenCalledExactlyOnceWith(['id', 'name', 'fare']);
  });

  it('asks to sort, to move and for menus', async () => {
    const { told, press } = await grid();
    await press('ArrowRight', { altKey: true, shiftKey: true });
    expect(told.columnMove).toHaveBeenCalledWith({ column: 'id', position: 1 });
    await press('ArrowUp');
    await press(' ');
    expect(told.sortToggle).toHaveBeenCalledWith({ column: 'id', direction: 'ascending', keepOthers: false });
    await press('Enter');
    expect(told.headerMenu.mock.lastCall?.[0].column).toBe('id');
  });

  it('copies missing as nothing and empty text as quotes', async () => {
    const { grid: shown, press } = await grid();
    await press('a', { ctrlKey: true });
    await expect(shown.copySelection({ header: true })).resolves.toBe(
      'id\tname\tfare\n1\t<b>bold</b>\t2.0\n2\t""\t\n3\t\t2.5\n4\t x\t',
    );
  });
});

describe('destroy', () => {
  it('leaves nothing behind', async () => {
    const { grid: shown, host } = await grid({
      source: source({ fetch: () => new Promise(() => undefined) }),
    });
    shown.update({ readonly: true });
    shown.destroy();
    expect(host.childElementCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
