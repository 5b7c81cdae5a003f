import type { Impact } from '../../protocol/messages';
import { plural, whole } from '../../ui/format';

/** What an operation does, in numbers: `1,204 cells change, 3 become missing`. */
export function impactWords(impact: Impact): string {
  const words: string[] = [];
  const rows = impact.rows_after - impact.rows_before;
  if (rows < 0) words.push(`${plural(-rows, 'row')} of ${whole(impact.rows_before)} go`);
  if (rows > 0) words.push(`${plural(rows, 'row')} more`);
  if (impact.cells_changed > 0) {
    words.push(
      `${plural(impact.cells_changed, 'cell')} ${impact.cells_changed === 1 ? 'changes' : 'change'}`,
    );
  }
  const lost = Object.values(impact.columns).reduce((sum, column) => sum + column.became_missing, 0);
  if (lost > 0) words.push(`${whole(lost)} of them ${lost === 1 ? 'becomes' : 'become'} missing`);
  if (impact.columns_added.length > 0) words.push(`${plural(impact.columns_added.length, 'new column')}`);
  if (impact.columns_removed.length > 0)
    words.push(`${plural(impact.columns_removed.length, 'column')} less`);
  return words.length > 0 ? words.join(', ') : 'no cell changes';
}
