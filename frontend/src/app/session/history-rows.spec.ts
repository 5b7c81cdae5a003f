import type { HistoryVersion } from '../protocol/messages';
import { historyRows } from './history-rows';

const step = (version: number, parent: number | null): HistoryVersion => ({
  version,
  parent,
  op: null,
  summary: `step ${version}`,
  by: 'local',
  at: '2024-01-31T09:30:00Z',
  impact: null,
  saved: true,
  note: null,
});

const shape = (versions: HistoryVersion[], current: number) =>
  historyRows(versions, current).map((row) => [row.step.version, row.depth, row.ahead]);

describe('historyRows', () => {
  it('lists a line, and marks what was undone', () => {
    expect(shape([step(0, null), step(1, 0), step(2, 1)], 1)).toEqual([
      [0, 0, false],
      [1, 0, false],
      [2, 0, true],
    ]);
  });

  it('indents the branch that was left, after the step it leaves from', () => {
    expect(shape([step(0, null), step(1, 0), step(2, 1), step(3, 0)], 3)).toEqual([
      [0, 0, false],
      [1, 1, false],
      [2, 1, false],
      [3, 0, false],
    ]);
  });

  it('follows the current version onto a branch', () => {
    expect(shape([step(0, null), step(1, 0), step(2, 0)], 1)).toEqual([
      [0, 0, false],
      [2, 1, false],
      [1, 0, false],
    ]);
  });

  it('is empty for no versions', () => {
    expect(historyRows([], 0)).toEqual([]);
  });
});
