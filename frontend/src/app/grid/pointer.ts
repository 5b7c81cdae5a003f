/** Mouse, pen and finger on cells and row numbers: selecting, dragging, opening. */

import type { Anchor } from './contract';
import { AutoScroll, outside } from './autoscroll';
import type { Place, RangeKind } from './selection';

/** What is under the pointer. In the header `row` is -1; in the gutter `column` is -1. */
export interface Hit extends Place {
  readonly area: 'cells' | 'gutter' | 'header' | 'corner';
}

export interface PointerTarget {
  readonly element: HTMLElement;
  hit(clientX: number, clientY: number): Hit | null;
  /** The nearest cell, also for a pointer outside. */
  nearest(clientX: number, clientY: number): Place;
  /** Where cells are, in client coordinates. */
  bodyBox(): { left: number; top: number; right: number; bottom: number };
  pick(kind: RangeKind, place: Place, how: { extend: boolean; add: boolean }): void;
  drag(place: Place): void;
  isSelected(place: Place): boolean;
  edit(): void;
  openCellMenu(place: Place, anchor: Anchor): void;
  openHeaderMenu(column: number, anchor: Anchor): void;
  scrollBy(dx: number, dy: number): void;
}

export class CellPointer {
  private dragging: number | null = null;
  private lastPointer = 'mouse';
  private at = { x: 0, y: 0 };
  private readonly autoscroll = new AutoScroll((dx, dy) => {
    this.target.scrollBy(dx, dy);
    this.target.drag(this.target.nearest(this.at.x, this.at.y));
  });
  /** A menu key was pressed: the browser's own contextmenu event for it is already dealt with. */
  private menuKey = false;

  constructor(
    private readonly target: PointerTarget,
    stopped: AbortSignal,
  ) {
    const listen = { signal: stopped };
    const { element } = target;
    element.addEventListener('pointerdown', (event) => this.onDown(event), listen);
    element.addEventListener('pointermove', (event) => this.onMove(event), listen);
    element.addEventListener('pointerup', () => this.stop(), listen);
    element.addEventListener('pointercancel', () => this.stop(), listen);
    element.addEventListener('lostpointercapture', () => this.stop(), listen);
    element.addEventListener('click', (event) => this.onTap(event), listen);
    element.addEventListener('dblclick', (event) => this.onDouble(event), listen);
    element.addEventListener('contextmenu', (event) => this.onMenu(event), listen);
    element.addEventListener('keydown', (event) => this.onKey(event), { ...listen, capture: true });
    stopped.addEventListener('abort', () => this.stop());
  }

  private onDown(event: PointerEvent): void {
    this.lastPointer = event.pointerType;
    this.menuKey = false;
    if (event.button !== 0 || event.pointerType === 'touch' || isEditor(event.target)) return;
    const hit = this.target.hit(event.clientX, event.clientY);
    if (!hit || hit.area === 'header') return;
    this.pick(hit, event);
    if (hit.area === 'corner') return;
    this.dragging = event.pointerId;
    this.target.element.setPointerCapture(event.pointerId);
  }

  private onMove(event: PointerEvent): void {
    if (this.dragging !== event.pointerId) return;
    this.at = { x: event.clientX, y: event.clientY };
    const box = this.target.bodyBox();
    this.autoscroll.hold(outside(this.at.x, box.left, box.right), outside(this.at.y, box.top, box.bottom));
    this.target.drag(this.target.nearest(this.at.x, this.at.y));
  }

  private stop(): void {
    this.dragging = null;
    this.autoscroll.stop();
  }

  /** A finger that goes down may be about to scroll; only its click selects. */
  private onTap(event: MouseEvent): void {
    if (this.lastPointer !== 'touch' || isEditor(event.target)) return;
    const hit = this.target.hit(event.clientX, event.clientY);
    if (hit && hit.area !== 'header') this.pick(hit, event);
  }

  private onDouble(event: MouseEvent): void {
    if (isEditor(event.target)) return;
    if (this.target.hit(event.clientX, event.clientY)?.area === 'cells') this.target.edit();
  }

  private onMenu(event: MouseEvent): void {
    if (isEditor(event.target)) return;
    event.preventDefault();
    if (this.menuKey) return;
    const hit = this.target.hit(event.clientX, event.clientY);
    if (!hit) return;
    const anchor = { x: event.clientX, y: event.clientY, width: 0, height: 0 };
    if (hit.area === 'header') this.target.openHeaderMenu(hit.column, anchor);
    if (hit.area === 'header' || hit.area === 'corner') return;
    const place = { row: hit.row, column: Math.max(0, hit.column) };
    if (!this.target.isSelected(place)) this.pick(hit, { shiftKey: false, ctrlKey: false, metaKey: false });
    this.target.openCellMenu(place, anchor);
  }

  private onKey(event: KeyboardEvent): void {
    this.menuKey = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
  }

  private pick(hit: Hit, held: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): void {
    const kind = hit.area === 'corner' ? 'all' : hit.area === 'gutter' ? 'rows' : 'cells';
    const place = { row: Math.max(0, hit.row), column: Math.max(0, hit.column) };
    this.target.pick(kind, place, { extend: held.shiftKey, add: held.ctrlKey || held.metaKey });
  }
}

/** The editor lies over the cells; what happens in it is its own business. */
function isEditor(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.wl-editor') !== null;
}
