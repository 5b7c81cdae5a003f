/** Positions as `delete_rows` takes them: single ones, and ranges with both ends included. */
export type PositionSpan = number | readonly [first: number, last: number];

/** Join positions, in any order, into as few spans as there are runs. */
export function spansOf(positions: readonly number[]): PositionSpan[] {
  const sorted = [...new Set(positions)].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const position of sorted) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === position) run[1] = position;
    else runs.push([position, position]);
  }
  return runs.map(([first, last]) => (first === last ? first : [first, last]));
}
