/** The scrolling element: feeds the geometry with wheel, scrollbar and touch, and places the scrollbar. */

import { element } from './dom';
import { ScrollGeometry, wheelPixels } from './geometry';

export interface ScrollerOptions {
  readonly rowHeight: number;
  readonly headerHeight: number;
  /** Something moved: draw. */
  readonly onMove: () => void;
  readonly onResize: () => void;
}

/** How long without a scroll event counts as the end where the browser does not tell. */
const QUIET_MS = 150;

export class Scroller {
  readonly geometry = new ScrollGeometry();
  /** The scrolling element itself, `role="grid"`. */
  readonly element = element('div', 'wl-scroller', { tabindex: '0' });
  /** As large as the viewport and always in it; everything is drawn here. */
  readonly layer = element('div', 'wl-layer', { role: 'presentation' });
  scrollX = 0;

  private readonly spacer = element('div', 'wl-spacer', { role: 'presentation' }, this.layer);
  private readonly badge = element('div', 'wl-row-badge', { 'aria-hidden': 'true' });
  private readonly resizes = new ResizeObserver(() => this.options.onResize());
  private rows = 0;
  private scrolledBy: 'touch' | 'scrollbar' = 'scrollbar';
  private fingers = 0;
  private quiet: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly options: ScrollerOptions,
    stopped: AbortSignal,
  ) {
    this.badge.hidden = true;
    this.element.append(this.spacer);
    this.layer.append(this.badge);
    const listen = { signal: stopped, passive: true };
    this.element.addEventListener('scroll', () => this.onScroll(), listen);
    this.element.addEventListener('scrollend', () => this.settle(), listen);
    this.element.addEventListener('wheel', (event) => this.onWheel(event), {
      signal: stopped,
      passive: false,
    });
    this.element.addEventListener('touchstart', (event) => this.onTouch(event), listen);
    this.element.addEventListener('touchend', (event) => (this.fingers = event.touches.length), listen);
    this.element.addEventListener('touchcancel', (event) => (this.fingers = event.touches.length), listen);
    this.element.addEventListener('pointerdown', (event) => this.onPointer(event), listen);
    this.resizes.observe(this.element);
    stopped.addEventListener('abort', () => this.stop());
  }

  get width(): number {
    return this.element.clientWidth;
  }

  get height(): number {
    return this.element.clientHeight;
  }

  /** Take over the number of rows and the width of all columns, and measure the viewport. */
  resize(rows: number, totalWidth: number): void {
    this.rows = rows;
    const { rowHeight, headerHeight } = this.options;
    this.geometry.resize({ rows, rowHeight, headerHeight, viewportHeight: this.height });
    this.spacer.style.width = `${totalWidth}px`;
    this.spacer.style.height = `${this.geometry.spacerHeight}px`;
    this.layer.style.width = `${this.width}px`;
    this.layer.style.height = `${this.height}px`;
    this.placeScrollbar();
    this.scrollX = this.element.scrollLeft;
  }

  moveBy(dx: number, dy: number): void {
    if (dx !== 0) this.moveToX(this.element.scrollLeft + dx);
    if (dy === 0) return;
    this.geometry.moveBy(dy);
    this.placeScrollbar();
    this.options.onMove();
  }

  moveToX(x: number): void {
    this.element.scrollLeft = x;
    this.scrollX = this.element.scrollLeft;
    this.options.onMove();
  }

  revealRow(row: number): void {
    this.geometry.reveal(row);
    this.placeScrollbar();
    this.options.onMove();
  }

  private placeScrollbar(): void {
    const top = this.geometry.scrollTop;
    if (Math.abs(this.element.scrollTop - top) > 0.5) this.element.scrollTop = top;
    this.geometry.placed(this.element.scrollTop);
  }

  private onScroll(): void {
    this.scrollX = this.element.scrollLeft;
    const dragged = this.geometry.scrolled(this.element.scrollTop, this.scrolledBy);
    if (dragged) this.showBadge();
    if (!('onscrollend' in window)) this.settleLater();
    this.options.onMove();
  }

  private onWheel(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    this.scrolledBy = 'scrollbar';
    const pixels = (delta: number) =>
      wheelPixels(delta, event.deltaMode, this.options.rowHeight, this.geometry.bodyHeight);
    const sideways = event.shiftKey && event.deltaX === 0;
    this.moveBy(pixels(sideways ? event.deltaY : event.deltaX), sideways ? 0 : pixels(event.deltaY));
  }

  private onTouch(event: TouchEvent): void {
    this.fingers = event.touches.length;
    this.scrolledBy = 'touch';
  }

  private onPointer(event: PointerEvent): void {
    if (event.pointerType !== 'touch') this.scrolledBy = 'scrollbar';
  }

  private settleLater(): void {
    if (this.quiet !== null) clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.settle(), QUIET_MS);
  }

  /** Scrolling came to rest: the scrollbar goes where it belongs. */
  private settle(): void {
    this.badge.hidden = true;
    if (this.fingers > 0) return;
    this.placeScrollbar();
  }

  private showBadge(): void {
    this.badge.textContent = `row ${(this.geometry.firstRow + 1).toLocaleString('en')} of ${this.rows.toLocaleString('en')}`;
    this.badge.hidden = false;
  }

  private stop(): void {
    this.resizes.disconnect();
    if (this.quiet !== null) clearTimeout(this.quiet);
  }
}
