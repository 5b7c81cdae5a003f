import type { ColumnStatistics } from '../../protocol/messages';
import { humanise, percent, short, whole } from '../../ui/format';

export interface StatisticRow {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

export interface StatisticGroup {
  readonly title: string;
  readonly rows: readonly StatisticRow[];
}

/** Statistics drawn in another way than as a line of a table. */
const DRAWN = ['mode', 'mode_count', 'frequencies', 'word_frequencies', 'histogram'];
const COUNTS = ['count', 'missing', 'distinct', 'empty', 'zeros', 'negatives', 'true', 'false'];
/** Counts that are no part of the rows. */
const WHOLES = ['count', 'distinct'];

const LABELS: Readonly<Record<string, string>> = {
  count: 'Rows',
  distinct: 'Different values',
  empty: 'Empty text',
  min: 'Smallest',
  max: 'Largest',
  std: 'Standard deviation',
  q1: 'First quartile',
  q3: 'Third quartile',
  words_min: 'Fewest words',
  words_max: 'Most words',
  words_mean: 'Words on average',
  words_total: 'Words in all',
  words_distinct: 'Different words',
  word_length_min: 'Shortest word',
  word_length_max: 'Longest word',
  word_length_mean: 'Average word',
  length_min: 'Shortest',
  length_max: 'Longest',
  true: 'True',
  false: 'False',
};

/** The statistics that are single values, for reading, in groups. Those the server adds later are shown too. */
export function statisticGroups(statistics: ColumnStatistics): readonly StatisticGroup[] {
  const single = Object.entries(statistics).filter(
    ([name, value]) => !DRAWN.includes(name) && value !== null && typeof value !== 'object',
  );
  const group = (title: string, belongs: (name: string) => boolean): StatisticGroup => ({
    title,
    rows: single.filter(([name]) => belongs(name)).map(([name, value]) => row(name, value, statistics.count)),
  });
  const isCount = (name: string) => COUNTS.includes(name);
  const isWord = (name: string) => /^(words?|length)_/.test(name);
  return [
    group('Counts', isCount),
    group('Values', (name) => !isCount(name) && !isWord(name)),
    group('Words and lengths', isWord),
  ].filter(({ rows }) => rows.length > 0);
}

function row(name: string, value: unknown, count: number): StatisticRow {
  const isPart = COUNTS.includes(name) && !WHOLES.includes(name) && typeof value === 'number';
  return {
    label: LABELS[name] ?? humanise(name),
    value: text(value),
    note: isPart ? percent(value, count) : '',
  };
}

function text(value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? whole(value) : short(value);
}
