/** The pointer on column headers: select, sort, menus, change the width, drag to another place. */

import type { Anchor } from './contract';
import { AutoScroll, outside } from './autoscroll';
import type { Drop } from './column-drop';

export interface HeaderTarget {
  readonly element: HTMLElement;
  /** Left and right end of the header, in client coordinates. */
  headerEnds(): { left: number; right: number };
  columnWidth(column: number): number;
  /** Where a column may be moved by dragging. */
  canMove(column: number): boolean;
  dropAt(column: number, clientX: number): Drop | null;
  showDrop(drop: Drop | null): void;
  drop(column: number, drop: Drop): void;
  selectColumn(column: number, how: { extend: boolean; add: boolean }): void;
  sort(column: number, keepOthers: boolean): void;
  openHeaderMenu(column: number, anchor: Anchor): void;
  openTypeMenu(column: number, anchor: Anchor): void;
  /** `done`: the last of a series. */
  resizeColumn(column: number, width: number, done: boolean): void;
  fitColumn(column: number): void;
  scrollBy(dx: number, dy: number): void;
}

/** Movement below this is a click. */
const DRAG_THRESHOLD_PX = 5;

type Gesture =
  | {
      readonly kind: 'resize';
      readonly column: number;
      readonly pointer: number;
      readonly startX: number;
      readonly startWidth: number;
    }
  | {
      readonly kind: 'press' | 'move';
      readonly column: number;
      readonly pointer: number;
      readonly startX: number;
    };

export class HeaderPointer {
  private gesture: Gesture | null = null;
  private x = 0;
  private readonly autoscroll = new AutoScroll((dx) => {
    this.target.scrollBy(dx, 0);
    this.showDrop();
  });

  constructor(
    private readonly target: HeaderTarget,
    stopped: AbortSignal,
  ) {
    const listen = { signal: stopped };
    const { element } = target;
    element.addEventListener('pointerdown', (event) => this.onDown(event), listen);
    element.addEventListener('pointermove', (event) => this.onMove(event), listen);
    element.addEventListener('pointerup', (event) => this.onUp(event), listen);
    element.addEventListener('pointercancel', () => this.cancel(), listen);
    element.addEventListener('mousedown', keepFocus, listen);
    element.addEventListener('click', (event) => this.onClick(event), listen);
    element.addEventListener('dblclick', (event) => this.onDouble(event), listen);
    stopped.addEventListener('abort', () => this.cancel());
  }

  /** Give up a drag, as Escape does. Tells whether there was one. */
  cancel(): boolean {
    const moving = this.gesture?.kind === 'move';
    this.gesture = null;
    this.autoscroll.stop();
    this.target.showDrop(null);
    return moving;
  }

  private onDown(event: PointerEvent): void {
    const part = partOf(event.target);
    if (!part || event.button !== 0) return;
    const { column } = part;
    const common = { column, pointer: event.pointerId, startX: event.clientX };
    if (part.name === 'resize')
      this.gesture = { ...common, kind: 'resize', startWidth: this.target.columnWidth(column) };
    else if (part.name === 'title' && event.pointerType !== 'touch')
      this.gesture = { ...common, kind: 'press' };
    else return;
    this.target.element.setPointerCapture(event.pointerId);
  }

  private onMove(event: PointerEvent): void {
    const { gesture } = this;
    if (gesture?.pointer !== event.pointerId) return;
    this.x = event.clientX;
    if (gesture.kind === 'resize') {
      this.target.resizeColumn(gesture.column, gesture.startWidth + this.x - gesture.startX, false);
      return;
    }
    const far = Math.abs(this.x - gesture.startX) > DRAG_THRESHOLD_PX;
    if (gesture.kind === 'press' && far && this.target.canMove(gesture.column))
      this.gesture = { ...gesture, kind: 'move' };
    if (this.gesture?.kind !== 'move') return;
    const ends = this.target.headerEnds();
    this.autoscroll.hold(outside(this.x, ends.left, ends.right), 0);
    this.showDrop();
  }

  private onUp(event: PointerEvent): void {
    const { gesture } = this;
    if (gesture?.pointer !== event.pointerId) return;
    this.cancel();
    if (gesture.kind === 'resize') {
      const width = gesture.startWidth + event.clientX - gesture.startX;
      if (event.clientX !== gesture.startX) this.target.resizeColumn(gesture.column, width, true);
    } else if (gesture.kind === 'move') {
      const drop = this.target.dropAt(gesture.column, event.clientX);
      if (drop) this.target.drop(gesture.column, drop);
    } else {
      this.target.selectColumn(gesture.column, {
        extend: event.shiftKey,
        add: event.ctrlKey || event.metaKey,
      });
    }
  }

  private showDrop(): void {
    if (this.gesture?.kind === 'move') this.target.showDrop(this.target.dropAt(this.gesture.column, this.x));
  }

  private onClick(event: MouseEvent): void {
    const part = partOf(event.target);
    if (!part) return;
    const anchor = part.element.getBoundingClientRect();
    if (part.name === 'sort') this.target.sort(part.column, event.shiftKey);
    if (part.name === 'menu') this.target.openHeaderMenu(part.column, anchor);
    if (part.name === 'type') this.target.openTypeMenu(part.column, anchor);
    const tapped = event instanceof PointerEvent && event.pointerType === 'touch';
    if (part.name === 'title' && tapped) this.target.selectColumn(part.column, { extend: false, add: false });
  }

  /** The capture makes the whole grid the target, so look at what is under the pointer. */
  private onDouble(event: MouseEvent): void {
    const part = partOf(document.elementFromPoint(event.clientX, event.clientY));
    if (part?.name === 'resize') this.target.fitColumn(part.column);
  }
}

interface HeaderPart {
  /** `title` is all of the header that is nothing else. */
  readonly name: 'title' | 'resize' | 'sort' | 'menu' | 'type';
  readonly column: number;
  readonly element: Element;
}

function partOf(target: EventTarget | null): HeaderPart | null {
  if (!(target instanceof Element)) return null;
  const head = target.closest<HTMLElement>('.wl-head-cell');
  if (!head) return null;
  const part = target.closest<HTMLElement>('[data-part]');
  const name = part?.dataset['part'] ?? 'title';
  if (name !== 'resize' && name !== 'sort' && name !== 'menu' && name !== 'type' && name !== 'title')
    return null;
  return { name, column: Number(head.dataset['place']), element: part ?? head };
}

/** The buttons of a header must not take the focus away from the grid. */
function keepFocus(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest('[data-part]')) event.preventDefault();
}
