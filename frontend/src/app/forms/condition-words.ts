import type { Cell, Condition } from '../protocol/messages';

const COMPARISONS = {
  equal: 'is',
  not_equal: 'is not',
  less: 'is less than',
  at_most: 'is at most',
  greater: 'is more than',
  at_least: 'is at least',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  matches: 'matches',
} as const;

const SHOWN_VALUES = 3;

function value(cell: Cell): string {
  if (cell === null) return 'missing';
  return typeof cell === 'string' ? `“${cell}”` : String(cell);
}

/** A condition as a sentence without its full stop. */
export function conditionWords(condition: Condition): string {
  if ('all' in condition) return condition.all.map(grouped).join(' and ');
  if ('any' in condition) return condition.any.map(grouped).join(' or ');
  if ('not' in condition) return `not (${conditionWords(condition.not)})`;
  if ('search' in condition)
    return `${condition.columns?.join(' or ') ?? 'any column'} contains “${condition.search}”`;
  switch (condition.is) {
    case 'missing':
    case 'present':
      return `${condition.column} is ${condition.is}`;
    case 'between':
      return `${condition.column} is from ${value(condition.low)} to ${value(condition.high)}`;
    case 'one_of': {
      const more = condition.values.length - SHOWN_VALUES;
      const shown = condition.values.slice(0, SHOWN_VALUES).map(value).join(', ');
      return `${condition.column} is ${shown}${more > 0 ? ` or ${more} more` : ''}`;
    }
    case 'duplicate':
      return `${condition.columns.join(', ')} occur more than once`;
    case 'outlier':
      return `${condition.column} is more than ${condition.deviations ?? 2} deviations from the mean`;
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'matches':
      return `${condition.column} ${COMPARISONS[condition.is]} “${condition.text}”`;
    default:
      return `${condition.column} ${COMPARISONS[condition.is]} ${value(condition.value)}`;
  }
}

function grouped(condition: Condition): string {
  const words = conditionWords(condition);
  return 'all' in condition || 'any' in condition ? `(${words})` : words;
}
