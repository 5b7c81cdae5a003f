/** How a text is shown on one line: as it is, with marks for blanks nobody would see otherwise. */

export interface Part {
  readonly kind: 'text' | 'mark';
  readonly text: string;
}

/** More than the widest column shows; longer text only costs layout time. */
const SHOWN_LENGTH = 400;

/** Blanks at either end, and control characters and line ends anywhere. */
const NEEDS_MARKS = /^\s|\s$|[\p{Cc}\u2028\u2029]/u;
const MARKED = /^\s+|\s+$|[\p{Cc}\u2028\u2029]+/gu;

const MARKS: Readonly<Record<string, string>> = {
  '\t': '⇥',
  '\n': '↵',
  '\r': '␍',
  '\u00a0': '⍽',
  '\u2028': '↵',
  '\u2029': '¶',
};

/** The text if it can be shown as it is, else null. */
export function plainText(text: string): string | null {
  const shown = shorten(text);
  return NEEDS_MARKS.test(shown) ? null : shown;
}

/** The text in pieces, the invisible ones replaced by marks. */
export function textParts(text: string): Part[] {
  const shown = shorten(text);
  const parts: Part[] = [];
  let end = 0;
  for (const match of shown.matchAll(MARKED)) {
    if (match.index > end) parts.push({ kind: 'text', text: shown.slice(end, match.index) });
    parts.push({ kind: 'mark', text: [...match[0]].map(markOf).join('') });
    end = match.index + match[0].length;
  }
  if (end < shown.length) parts.push({ kind: 'text', text: shown.slice(end) });
  return parts;
}

function markOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const mark = MARKS[character];
  if (mark !== undefined) return mark;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code >= 0x7f && code < 0xa0 ? '␡' : '·';
}

/** Never cuts a surrogate pair in two. */
function shorten(text: string): string {
  if (text.length <= SHOWN_LENGTH) return text;
  const last = text.charCodeAt(SHOWN_LENGTH - 1);
  const halved = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, halved ? SHOWN_LENGTH - 1 : SHOWN_LENGTH)}…`;
}
