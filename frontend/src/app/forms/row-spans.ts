/** Positions of rows as people write them, 1-based: `1-10, 15`; on the wire 0-based: `[[0, 9], 14]`. */

export type RowSpan = number | readonly [first: number, last: number];

export function spansToText(spans: readonly RowSpan[]): string {
  return spans
    .map((span) => (typeof span === 'number' ? `${span + 1}` : `${span[0] + 1}-${span[1] + 1}`))
    .join(', ');
}

/** The spans of a text, or null when it cannot be understood. */
export function textToSpans(text: string): readonly RowSpan[] | null {
  const spans: RowSpan[] = [];
  for (const part of text.split(/[,;\s]+(?![-–])/).filter((piece) => piece !== '')) {
    const match = /^(\d+)(?:\s*[-–]\s*(\d+))?$/.exec(part);
    if (!match) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first < 1 || last < first) return null;
    spans.push(first === last ? first - 1 : [first - 1, last - 1]);
  }
  return spans;
}
