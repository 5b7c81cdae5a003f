import type { Impact } from '../../protocol/messages';
import { plural, whole } from '../../ui/format';

/** What an operation does or did, in numbers: `changes 1,204 cells (3 become missing), adds 1 column`. */
export function impactWords(impact: Impact): string {
  const words: string[] = [];
  const rows = impact.rows_after - impact.rows_before;
  if (rows < 0) words.push(`removes ${whole(-rows)} of ${plural(impact.rows_before, 'row')}`);
  if (rows > 0) words.push(`adds ${plural(rows, 'row')}`);
  if (impact.cells_changed > 0) words.push(`changes ${plural(impact.cells_changed, 'cell')}${lost(impact)}`);
  if (impact.columns_added.length > 0) words.push(`adds ${plural(impact.columns_added.length, 'column')}`);
  if (impact.columns_removed.length > 0)
    words.push(`removes ${plural(impact.columns_removed.length, 'column')}`);
  return words.length > 0 ? words.join(', ') : 'changes no cell';
}

function lost({ columns }: Impact): string {
  const count = Object.values(columns).reduce((sum, column) => sum + column.became_missing, 0);
  if (count === 0) return '';
  return ` (${whole(count)} ${count === 1 ? 'becomes' : 'become'} missing)`;
}
