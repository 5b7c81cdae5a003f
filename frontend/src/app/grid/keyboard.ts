/** What a key means in the grid. Pure: the key and the situation in, a command out. */

import { HEADER_ROW, type Place } from './selection';

/** The parts of a KeyboardEvent that matter; Cmd counts as Ctrl. */
export interface Key {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** The key begins a character that an input method composes. */
  readonly composing: boolean;
}

export interface Situation {
  /** Where the next move starts: the active cell, or the moving corner when Shift is held. */
  readonly place: Place;
  readonly rows: number;
  readonly columns: number;
  readonly pageRows: number;
  readonly readonly: boolean;
}

export type Command =
  | { readonly do: 'move' | 'extend'; readonly to: Place }
  | { readonly do: 'widen'; readonly kind: 'rows' | 'columns' | 'all' }
  /** `text` replaces the value; absent: edit what is there. */
  | { readonly do: 'edit'; readonly text?: string }
  | { readonly do: 'moveColumn'; readonly by: -1 | 1 }
  | { readonly do: 'headerMenu' | 'cellMenu' | 'sort' };

/** The command of a key, or null if it is not the grid's. */
export function commandFor(key: Key, situation: Situation): Command | null {
  if (situation.columns === 0) return null;
  return menuCommand(key, situation) ?? moveCommand(key, situation) ?? otherCommand(key, situation);
}

function menuCommand(key: Key, { place, readonly }: Situation): Command | null {
  if (key.key === 'ContextMenu' || (key.key === 'F10' && key.shift)) {
    return { do: place.row === HEADER_ROW ? 'headerMenu' : 'cellMenu' };
  }
  if (key.alt && !key.ctrl) {
    if (key.key === 'ArrowDown') return { do: 'headerMenu' };
    if (key.shift && !readonly && key.key === 'ArrowLeft') return { do: 'moveColumn', by: -1 };
    if (key.shift && !readonly && key.key === 'ArrowRight') return { do: 'moveColumn', by: 1 };
  }
  return null;
}

function moveCommand(key: Key, situation: Situation): Command | null {
  if (key.alt) return null;
  const to = destination(key, situation);
  if (to === null) return null;
  const { rows, columns } = situation;
  const top = key.shift && situation.place.row !== HEADER_ROW ? 0 : HEADER_ROW;
  const row = rows === 0 ? HEADER_ROW : Math.max(top, Math.min(rows - 1, to.row));
  const column = Math.max(0, Math.min(columns - 1, to.column));
  return { do: key.shift ? 'extend' : 'move', to: { row, column } };
}

function destination({ key, ctrl }: Key, { place, rows, columns, pageRows }: Situation): Place | null {
  const { row, column } = place;
  const lastRow = rows - 1;
  const lastColumn = columns - 1;
  switch (key) {
    case 'ArrowDown':
      return { row: ctrl ? lastRow : row + 1, column };
    case 'ArrowUp':
      return { row: ctrl && row > 0 ? 0 : row - 1, column };
    case 'ArrowRight':
      return { row, column: ctrl ? lastColumn : column + 1 };
    case 'ArrowLeft':
      return { row, column: ctrl ? 0 : column - 1 };
    case 'PageDown':
      return ctrl ? null : { row: Math.max(0, row) + pageRows, column };
    case 'PageUp':
      return ctrl ? null : { row: Math.max(Math.min(row, 0), row - pageRows), column };
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrl ? lastRow : row, column: lastColumn };
    default:
      return null;
  }
}

function otherCommand(key: Key, { place, readonly }: Situation): Command | null {
  const inHeader = place.row === HEADER_ROW;
  if (key.key === ' ') {
    if (key.ctrl && key.shift) return { do: 'widen', kind: 'all' };
    if (key.ctrl) return { do: 'widen', kind: 'columns' };
    if (key.shift) return inHeader ? { do: 'sort' } : { do: 'widen', kind: 'rows' };
    return inHeader ? { do: 'sort' } : null;
  }
  if (key.ctrl && !key.alt)
    return key.key.toLowerCase() === 'a' && !key.shift ? { do: 'widen', kind: 'all' } : null;
  if (key.key === 'Enter' && inHeader) return { do: 'headerMenu' };
  if (inHeader) return null;
  if (key.key === 'F2' || (key.key === 'Enter' && !key.shift && !key.alt)) return { do: 'edit' };
  return readonly ? null : typedCommand(key);
}

/** Typing replaces the value. A space alone does not: too many people scroll with it. */
function typedCommand(key: Key): Command | null {
  if (key.composing) return { do: 'edit', text: '' };
  const printable = [...key.key].length === 1;
  return printable && !key.ctrl && !key.alt ? { do: 'edit', text: key.key } : null;
}

/** Read a KeyboardEvent. AltGr, which some systems report as Ctrl + Alt, only writes characters. */
export function keyOf(event: KeyboardEvent): Key {
  const writing = event.getModifierState('AltGraph');
  return {
    key: event.key,
    ctrl: !writing && (event.ctrlKey || event.metaKey),
    shift: event.shiftKey,
    alt: !writing && event.altKey,
    composing: event.isComposing || event.key === 'Process',
  };
}
