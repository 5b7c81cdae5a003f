import { Component, computed, input, output, signal } from '@angular/core';
import type { Cell, Histogram as HistogramData } from '../protocol/messages';

const LEAST_HEIGHT = 0.03;

/** The part of a histogram that a person chose, as places among its bins: 0 is the first edge. */
export interface BinSpan {
  readonly first: number;
  readonly last: number;
}

/** Bars of equal width. Dragging over them chooses a span of bins; the numbers are beside it for the keyboard. */
@Component({
  selector: 'wl-histogram',
  template: `
    <svg
      preserveAspectRatio="none"
      role="img"
      [attr.viewBox]="'0 0 ' + bars().length + ' 1'"
      [attr.aria-label]="label()"
      [class.brush]="brush()"
      (pointerdown)="start($event)"
      (pointermove)="move($event)"
      (pointerup)="stop()"
      (pointercancel)="stop()"
    >
      @for (bar of bars(); track $index) {
        <rect
          [attr.x]="$index + 0.06"
          width="0.88"
          [attr.y]="1 - bar.height"
          [attr.height]="bar.height"
          [class.outside]="!bar.inside"
        />
      }
    </svg>
    <p class="ends" aria-hidden="true">
      <span>{{ first() }}</span><span>{{ last() }}</span>
    </p>
  `,
  styles: `
    svg {
      display: block;
      width: 100%;
      height: var(--histogram-height, 72px);
      fill: var(--mat-sys-primary);
      border-bottom: 1px solid var(--wl-line);
    }
    svg.brush {
      cursor: crosshair;
      touch-action: none;
    }
    .outside {
      opacity: 0.28;
    }
    .ends {
      display: flex;
      justify-content: space-between;
      font-size: 11px;
      color: var(--wl-quiet);
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class Histogram {
  readonly data = input.required<HistogramData>();
  readonly label = input.required<string>();
  readonly brush = input(false);
  /** What is chosen; null for all. */
  readonly span = input<BinSpan | null>(null);
  readonly spanChange = output<BinSpan>();

  private readonly anchor = signal<number | null>(null);

  protected readonly bars = computed(() => {
    const { counts } = this.data();
    const most = Math.max(1, ...counts);
    const span = this.span();
    return counts.map((count, index) => ({
      height: count === 0 ? 0 : Math.max(LEAST_HEIGHT, count / most),
      inside: span === null || (index >= span.first && index <= span.last),
    }));
  });
  protected readonly first = computed(() => edge(this.data().edges[0]));
  protected readonly last = computed(() => edge(this.data().edges.at(-1)));

  protected start(event: PointerEvent): void {
    if (!this.brush()) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.anchor.set(this.binAt(event));
    this.move(event);
  }

  protected move(event: PointerEvent): void {
    const anchor = this.anchor();
    if (anchor === null) return;
    const bin = this.binAt(event);
    this.spanChange.emit({ first: Math.min(anchor, bin), last: Math.max(anchor, bin) });
  }

  protected stop(): void {
    this.anchor.set(null);
  }

  private binAt(event: PointerEvent): number {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const bins = this.bars().length;
    const bin = Math.floor(((event.clientX - box.left) / box.width) * bins);
    return Math.min(bins - 1, Math.max(0, bin));
  }
}

function edge(value: Cell | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'number'
    ? value.toLocaleString('en', { maximumSignificantDigits: 5 })
    : String(value);
}
