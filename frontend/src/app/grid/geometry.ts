/**
 * Vertical scrolling of more rows than a browser can be tall.
 *
 * The truth is `y`, the logical distance in px from the top of the first row (exact to 2^53). The scroller's
 * spacer is at most 8,000,000 px high, because browsers cap an element at 17 to 33 million; `scale` logical px
 * belong to one px of its travel. Whatever has a distance (wheel, keys, touch) moves `y` 1:1 and then places the
 * scrollbar; whatever has a place (a dragged scrollbar) sets `y` from it.
 */

export const SPACER_CAP = 8_000_000;

export interface ScrollSize {
  readonly rows: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
  /** Height of the scroller's inside, header included. */
  readonly viewportHeight: number;
}

export class ScrollGeometry {
  private size: ScrollSize = { rows: 0, rowHeight: 1, headerHeight: 0, viewportHeight: 0 };
  private logicalY = 0;
  /** The scrollTop that belongs to `y` as far as we know: last written by us or reported by the browser. */
  private knownTop = 0;

  get y(): number {
    return this.logicalY;
  }

  /** The height rows are seen through. */
  get bodyHeight(): number {
    return Math.max(0, this.size.viewportHeight - this.size.headerHeight);
  }

  get maxY(): number {
    return Math.max(0, this.size.rows * this.size.rowHeight - this.bodyHeight);
  }

  get spacerHeight(): number {
    return Math.min(this.size.rows * this.size.rowHeight + this.size.headerHeight, SPACER_CAP);
  }

  /** Logical px per px of the scrollbar's travel; 1 for tables that fit under the cap. */
  get scale(): number {
    const travel = this.spacerHeight - this.size.viewportHeight;
    return travel > 0 ? this.maxY / travel : 1;
  }

  /** The scrollTop at which the scrollbar shows `y`. */
  get scrollTop(): number {
    return Math.round(this.logicalY / this.scale);
  }

  get firstRow(): number {
    return Math.min(Math.floor(this.logicalY / this.size.rowHeight), Math.max(0, this.size.rows - 1));
  }

  /** One past the last row that shows at least a pixel. */
  get endRow(): number {
    return Math.min(this.size.rows, Math.ceil((this.logicalY + this.bodyHeight) / this.size.rowHeight));
  }

  /** Rows a page key moves: one less than fit, so that one stays in sight. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.bodyHeight / this.size.rowHeight) - 1);
  }

  resize(size: ScrollSize): void {
    this.size = size;
    this.moveTo(this.logicalY);
  }

  moveTo(y: number): void {
    this.logicalY = Math.min(this.maxY, Math.max(0, y));
  }

  moveBy(delta: number): void {
    this.moveTo(this.logicalY + delta);
  }

  /** Scroll by as little as shows the whole row. */
  reveal(row: number): void {
    const top = row * this.size.rowHeight;
    if (top < this.logicalY) this.moveTo(top);
    else if (top + this.size.rowHeight > this.logicalY + this.bodyHeight) {
      this.moveTo(top + this.size.rowHeight - this.bodyHeight);
    }
  }

  /** Where a row's top is, in px below the header; rounded, so that text stays sharp. */
  rowTop(row: number): number {
    return Math.round(row * this.size.rowHeight - this.logicalY);
  }

  /** The row at a distance below the header, the last one if below it. */
  rowAt(distance: number): number {
    const row = Math.floor((this.logicalY + distance) / this.size.rowHeight);
    return Math.max(0, Math.min(this.size.rows - 1, row));
  }

  /** Remember what the browser made of our write (it clamps and rounds): its own scroll event is then no news. */
  placed(scrollTop: number): void {
    this.knownTop = scrollTop;
  }

  /**
   * The browser scrolled. A finger always drags the content, so it moves `y` 1:1 and the scrollbar drifts until
   * `scrollend`. A scrollbar that jumps more than a screen was dragged: its place counts; less is a click on
   * its track. The ends of the scrollbar are the ends of the table.
   *
   * Returns whether the scrollbar was dragged to a place.
   */
  scrolled(scrollTop: number, by: 'touch' | 'scrollbar'): boolean {
    const delta = scrollTop - this.knownTop;
    if (Math.abs(delta) <= 1) return false;
    this.knownTop = scrollTop;
    const jump = Math.abs(delta) >= this.size.viewportHeight;
    if (by === 'touch') {
      this.moveBy(delta);
      return false;
    }
    if (scrollTop <= 0) this.moveTo(0);
    else if (scrollTop >= this.spacerHeight - this.size.viewportHeight - 1) this.moveTo(this.maxY);
    else if (jump) this.moveTo(scrollTop * this.scale);
    else this.moveBy(delta);
    return jump;
  }
}

/** A wheel's turn in px, whatever unit the browser reports it in. */
export function wheelPixels(delta: number, deltaMode: number, rowHeight: number, pageHeight: number): number {
  if (deltaMode === 1) return delta * rowHeight;
  if (deltaMode === 2) return delta * pageHeight;
  return delta;
}
