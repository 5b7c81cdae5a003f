/** Where a dragged column header would land. */

import type { ColumnLayout } from './column-layout';

export interface Drop {
  /** 0-based place in the table once moved, as `move_column` takes it. */
  readonly position: number;
  /** Where to draw the line, on the screen. */
  readonly lineX: number;
}

/** The drop at a place on the screen; null where the column would stay where it is. */
export function dropAt(layout: ColumnLayout, dragged: number, screenX: number, scrollX: number): Drop | null {
  const moving = layout.at(dragged);
  const over = targetAt(layout, screenX, scrollX);
  const target = over === null ? undefined : layout.at(over);
  if (!moving || over === null || !target) return null;
  const left = layout.screenLeft(over, scrollX);
  const after = screenX > left + target.width / 2;
  const slot = target.tableIndex + (after ? 1 : 0);
  const position = slot > moving.tableIndex ? slot - 1 : slot;
  return position === moving.tableIndex ? null : { position, lineX: after ? left + target.width : left };
}

/** Left of all columns means the first, right of all the last. */
function targetAt(layout: ColumnLayout, screenX: number, scrollX: number): number | null {
  if (layout.count === 0) return null;
  const place = layout.placeAt(screenX, scrollX);
  if (place === null) return layout.count - 1;
  return Math.max(0, place);
}
