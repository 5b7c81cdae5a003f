import type { HistoryVersion } from '../protocol/messages';

/** A version in the list of steps. */
export interface HistoryRow {
  readonly step: HistoryVersion;
  /** 0 on the line that leads through the current version; branches are deeper. */
  readonly depth: number;
  /** Undone: on the line of the current version, but after it. */
  readonly ahead: boolean;
  readonly current: boolean;
}

/**
 * The history tree as a list, oldest first: the line through the current version (to the child made last), and
 * each branch that leaves it, indented, right after the step it leaves from.
 */
export function historyRows(versions: readonly HistoryVersion[], current: number): readonly HistoryRow[] {
  const children = new Map<number | null, HistoryVersion[]>();
  const byNumber = new Map(versions.map((step) => [step.version, step]));
  for (const step of versions) {
    const parent = step.parent !== null && byNumber.has(step.parent) ? step.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), step]);
  }
  const onLine = new Set<number>();
  for (let step = byNumber.get(current); step; step = byNumber.get(step.parent ?? -1))
    onLine.add(step.version);

  const rows: HistoryRow[] = [];
  const walk = (start: HistoryVersion, depth: number): void => {
    let passed = false;
    for (let step: HistoryVersion | undefined = start; step;) {
      const isCurrent = step.version === current;
      rows.push({ step, depth, ahead: passed, current: isCurrent });
      if (isCurrent) passed = true;
      const next: HistoryVersion[] = children.get(step.version) ?? [];
      const main: HistoryVersion | undefined = next.find((child) => onLine.has(child.version)) ?? next.at(-1);
      for (const branch of next) if (branch !== main) walk(branch, depth + 1);
      step = main;
    }
  };
  for (const root of children.get(null) ?? []) walk(root, 0);
  return rows;
}
