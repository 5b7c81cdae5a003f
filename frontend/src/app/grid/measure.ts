/** How wide a column must be for what it shows. */

import { MAX_WIDTH, MIN_WIDTH } from './column-layout';

const PADDING_PX = 20;
/** Type, sort and menu buttons beside the name. */
const HEADER_EXTRA_PX = 92;

/** The width for a header and texts, measured in the font of an element. */
export function fittingWidth(name: string, texts: Iterable<string>, font: Element): number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return MAX_WIDTH;
  const { fontStyle, fontSize, fontFamily } = getComputedStyle(font);
  context.font = `${fontStyle} 600 ${fontSize} ${fontFamily}`;
  let width = context.measureText(name).width + HEADER_EXTRA_PX;
  context.font = `${fontStyle} 400 ${fontSize} ${fontFamily}`;
  for (const text of texts) width = Math.max(width, context.measureText(text).width + PADDING_PX);
  return clampWidth(Math.ceil(width));
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}
