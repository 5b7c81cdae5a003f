import { Component, computed, input, model } from '@angular/core';

const STEP = 16;

/** The draggable edge of a side panel; arrow keys move it too. */
@Component({
  selector: 'wl-splitter',
  template: '',
  host: {
    role: 'separator',
    tabindex: '0',
    'aria-orientation': 'vertical',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuenow]': 'width()',
    '[attr.aria-valuemin]': 'min()',
    '[attr.aria-valuemax]': 'max()',
    '(pointerdown)': 'start($event)',
    '(pointermove)': 'move($event)',
    '(pointerup)': 'stop()',
    '(pointercancel)': 'stop()',
    '(keydown)': 'key($event)',
  },
  styles: `
    :host {
      position: relative;
      z-index: 3;
      flex: none;
      width: 5px;
      margin: 0 -2px;
      cursor: col-resize;
      touch-action: none;
      outline: none;
    }
    :host::after {
      content: '';
      position: absolute;
      inset: 0 2px;
      background: var(--wl-line);
    }
    :host(:hover)::after,
    :host(:focus-visible)::after {
      inset: 0 1px;
      background: var(--mat-sys-primary);
    }
  `,
})
export class Splitter {
  readonly label = input.required<string>();
  /** The side on which the panel lies. */
  readonly side = input.required<'left' | 'right'>();
  readonly min = input(200);
  readonly max = input(560);
  readonly width = model.required<number>();

  private readonly direction = computed(() => (this.side() === 'left' ? 1 : -1));
  private origin: { x: number; width: number } | null = null;

  protected start(event: PointerEvent): void {
    (event.target as Element).setPointerCapture(event.pointerId);
    this.origin = { x: event.clientX, width: this.width() };
  }

  protected move(event: PointerEvent): void {
    if (this.origin) this.become(this.origin.width + (event.clientX - this.origin.x) * this.direction());
  }

  protected stop(): void {
    this.origin = null;
  }

  protected key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowRight: STEP, ArrowLeft: -STEP };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.become(this.width() + step * this.direction());
  }

  private become(width: number): void {
    this.width.set(Math.round(Math.min(this.max(), Math.max(this.min(), width))));
  }
}
