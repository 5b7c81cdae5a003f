import type { Column, ColumnType } from '../../protocol/messages';
import type { OperationDeclaration } from '../../protocol/schema';

/** What the palette can lead to. */
export type PaletteEntry =
  | {
      readonly kind: 'operation';
      readonly label: string;
      readonly detail: string;
      readonly operation: OperationDeclaration;
    }
  | { readonly kind: 'column'; readonly label: string; readonly detail: string; readonly type: ColumnType }
  | { readonly kind: 'row'; readonly label: string; readonly detail: string; readonly row: number }
  | { readonly kind: 'find'; readonly label: string; readonly detail: string; readonly text: string };

const MOST_ENTRIES = 60;

/** The entries that fit what was typed, the best first; a number leads to a row. */
export function paletteEntries(
  text: string,
  operations: readonly OperationDeclaration[],
  columns: readonly Column[],
  rows: number,
  /** The rows are those of a filter or in another order, so that their numbers are not the table's. */
  viewed = false,
): readonly PaletteEntry[] {
  const words = text.trim().toLowerCase();
  const scored: { score: number; entry: PaletteEntry }[] = [];
  const consider = (entry: PaletteEntry, also = '') => {
    const score = match(words, entry.label.toLowerCase(), also.toLowerCase());
    if (score > 0) scored.push({ score, entry });
  };
  for (const operation of operations) {
    const { label, section, summary } = operation;
    consider({ kind: 'operation', label, detail: section, operation }, `${section} ${summary}`);
  }
  for (const { name, type } of columns) consider({ kind: 'column', label: name, detail: 'column', type });
  const found = scored.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
  const number = /^\d[\d,]*$/.test(words) ? Number(words.replaceAll(',', '')) : 0;
  const goTo: PaletteEntry[] =
    number >= 1 && number <= rows
      ? [
          {
            kind: 'row',
            label: `Go to row ${number.toLocaleString('en')}`,
            detail: viewed ? 'of those shown' : '',
            row: number - 1,
          },
        ]
      : [];
  const sought = text.trim();
  const find: PaletteEntry[] =
    sought === ''
      ? []
      : [{ kind: 'find', label: `Find “${sought}” in the table`, detail: 'Ctrl F', text: sought }];
  return [...goTo, ...found.slice(0, MOST_ENTRIES), ...find];
}

/** 0: no match. Beginnings count most, then beginnings of words, then anything inside, then what is said about it. */
function match(words: string, label: string, also: string): number {
  if (words === '' || label.startsWith(words)) return 4;
  if (label.includes(` ${words}`)) return 3;
  if (label.includes(words)) return 2;
  return words.split(/\s+/).every((word) => label.includes(word) || also.includes(word)) ? 1 : 0;
}
