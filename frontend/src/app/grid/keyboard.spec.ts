import { describe, expect, it } from 'vitest';

import { type Key, type Situation, commandFor, keyOf } from './keyboard';

const middle: Situation = {
  place: { row: 50, column: 5 },
  rows: 100,
  columns: 10,
  pageRows: 20,
  readonly: false,
};
const inHeader: Situation = { ...middle, place: { row: -1, column: 5 } };

/** "Ctrl+Shift+End" → a Key. */
function key(text: string): Key {
  const parts = text.split('+');
  const has = (name: string) => parts.slice(0, -1).includes(name);
  const name = parts.at(-1) ?? '';
  return {
    key: name === 'Space' ? ' ' : name,
    ctrl: has('Ctrl'),
    shift: has('Shift'),
    alt: has('Alt'),
    composing: false,
  };
}

describe('moving', () => {
  it.each([
    ['ArrowDown', 51, 5],
    ['ArrowUp', 49, 5],
    ['ArrowLeft', 50, 4],
    ['ArrowRight', 50, 6],
    ['PageDown', 70, 5],
    ['PageUp', 30, 5],
    ['Home', 50, 0],
    ['End', 50, 9],
    ['Ctrl+ArrowDown', 99, 5],
    ['Ctrl+ArrowUp', 0, 5],
    ['Ctrl+ArrowLeft', 50, 0],
    ['Ctrl+ArrowRight', 50, 9],
    ['Ctrl+Home', 0, 0],
    ['Ctrl+End', 99, 9],
  ])('%s goes to row %i, column %i; Shift extends to it', (name, row, column) => {
    expect(commandFor(key(name), middle)).toEqual({ do: 'move', to: { row, column } });
    expect(commandFor({ ...key(name), shift: true }, middle)).toEqual({ do: 'extend', to: { row, column } });
  });

  it('stops at the ends', () => {
    const last = { ...middle, place: { row: 99, column: 9 } };
    expect(commandFor(key('ArrowDown'), last)).toEqual({ do: 'move', to: { row: 99, column: 9 } });
    expect(commandFor(key('PageDown'), last)).toEqual({ do: 'move', to: { row: 99, column: 9 } });
    expect(commandFor(key('ArrowRight'), last)).toEqual({ do: 'move', to: { row: 99, column: 9 } });
  });

  it('reaches the header from the first row, but does not extend into it', () => {
    const first = { ...middle, place: { row: 0, column: 5 } };
    expect(commandFor(key('ArrowUp'), first)).toEqual({ do: 'move', to: { row: -1, column: 5 } });
    expect(commandFor(key('Shift+ArrowUp'), first)).toEqual({ do: 'extend', to: { row: 0, column: 5 } });
    expect(commandFor(key('PageUp'), first)).toEqual({ do: 'move', to: { row: 0, column: 5 } });
    expect(commandFor(key('ArrowDown'), inHeader)).toEqual({ do: 'move', to: { row: 0, column: 5 } });
  });

  it('stays in the header of a table without rows', () => {
    expect(commandFor(key('ArrowDown'), { ...inHeader, rows: 0 })).toEqual({
      do: 'move',
      to: { row: -1, column: 5 },
    });
  });

  it('does nothing without columns', () => {
    expect(commandFor(key('ArrowDown'), { ...middle, columns: 0 })).toBeNull();
  });
});

describe('selecting', () => {
  it.each([
    ['Ctrl+Space', 'columns'],
    ['Shift+Space', 'rows'],
    ['Ctrl+Shift+Space', 'all'],
    ['Ctrl+a', 'all'],
  ])('%s widens to %s', (name, kind) => {
    expect(commandFor(key(name), middle)).toEqual({ do: 'widen', kind });
  });
});

describe('editing', () => {
  it('begins with F2 and Enter', () => {
    expect(commandFor(key('F2'), middle)).toEqual({ do: 'edit' });
    expect(commandFor(key('Enter'), middle)).toEqual({ do: 'edit' });
  });

  it('begins with what is typed, whatever the script', () => {
    for (const typed of ['a', 'A', '7', '-', 'é', '語', '😀']) {
      expect(commandFor({ ...key('x'), key: typed }, middle)).toEqual({ do: 'edit', text: typed });
    }
  });

  it('begins empty for an input method', () => {
    expect(commandFor({ ...key('Process'), composing: true }, middle)).toEqual({ do: 'edit', text: '' });
  });

  it('does not begin with a space, Delete or Backspace', () => {
    for (const name of ['Space', 'Delete', 'Backspace', 'Tab', 'Escape', 'F6', 'Shift']) {
      expect(commandFor(key(name), middle)).toBeNull();
    }
  });

  it('in a read-only grid only shows the value', () => {
    expect(commandFor(key('Enter'), { ...middle, readonly: true })).toEqual({ do: 'edit' });
    expect(commandFor(key('a'), { ...middle, readonly: true })).toBeNull();
    expect(commandFor(key('?'), { ...middle, readonly: true })).toBeNull();
  });
});

describe('the keys of the app', () => {
  it.each(['Ctrl+k', 'Ctrl+g', 'Ctrl+f', 'Ctrl+z', 'Ctrl+Shift+z', 'Ctrl+c', 'Ctrl+PageDown'])(
    '%s is left alone',
    (name) => {
      expect(commandFor(key(name), middle)).toBeNull();
    },
  );
});

describe('the header', () => {
  it('opens its menu with Enter and Menu, sorts with Space', () => {
    expect(commandFor(key('Enter'), inHeader)).toEqual({ do: 'headerMenu' });
    expect(commandFor(key('ContextMenu'), inHeader)).toEqual({ do: 'headerMenu' });
    expect(commandFor(key('Space'), inHeader)).toEqual({ do: 'sort' });
    expect(commandFor(key('a'), inHeader)).toBeNull();
  });

  it('is reached from any cell', () => {
    expect(commandFor(key('Alt+ArrowDown'), middle)).toEqual({ do: 'headerMenu' });
    expect(commandFor(key('Shift+F10'), middle)).toEqual({ do: 'cellMenu' });
    expect(commandFor(key('Alt+Shift+ArrowLeft'), middle)).toEqual({ do: 'moveColumn', by: -1 });
    expect(commandFor(key('Alt+Shift+ArrowRight'), { ...middle, readonly: true })).toBeNull();
  });
});

describe('keyOf', () => {
  it('takes AltGr for writing and Cmd for Ctrl', () => {
    const writing = new KeyboardEvent('keydown', {
      key: '@',
      ctrlKey: true,
      altKey: true,
      modifierAltGraph: true,
    });
    expect(keyOf(writing)).toEqual({ key: '@', ctrl: false, shift: false, alt: false, composing: false });
    expect(keyOf(new KeyboardEvent('keydown', { key: 'a', metaKey: true })).ctrl).toBe(true);
  });
});
