import type { Column } from '../../protocol/messages';
import type { NewFilter } from '../../session/filters';

/** The filter to begin with for a column: its values where they can be listed, else a search or a range. */
export function firstFilter({ name, type }: Column, canListValues: boolean): NewFilter {
  switch (type) {
    case 'text':
      return canListValues
        ? { kind: 'values', column: name, values: [], exclude: false }
        : { kind: 'text', column: name, test: 'contains', text: '', caseSensitive: false };
    case 'boolean':
      return { kind: 'values', column: name, values: [], exclude: false };
    default:
      return { kind: 'range', column: name, low: null, high: null };
  }
}
