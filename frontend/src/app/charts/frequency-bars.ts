import { Component, computed, input } from '@angular/core';
import type { ValueCount } from '../protocol/messages';
import { percent, whole } from '../ui/format';

/** Values with their counts, each with a bar. */
@Component({
  selector: 'wl-frequency-bars',
  template: `
    <ol>
      @for (row of rows(); track $index) {
        <li>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect [attr.width]="row.width" height="1" />
          </svg>
          <span class="value" [class.missing]="row.quiet">{{ row.text }}</span>
          <span class="number">{{ row.count }}</span>
          <span class="number share quiet">{{ row.share }}</span>
        </li>
      }
    </ol>
  `,
  styles: `
    li {
      position: relative;
      display: flex;
      gap: 8px;
      min-height: 22px;
      margin-bottom: 1px;
      padding: 0 6px;
      line-height: 22px;
    }
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      fill: color-mix(in srgb, var(--mat-sys-primary) 16%, transparent);
    }
    span {
      position: relative;
    }
    .value {
      flex: 1;
      min-width: 0;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: pre;
    }
    .share {
      min-width: 44px;
    }
  `,
})
export class FrequencyBars {
  readonly values = input.required<readonly ValueCount[]>();
  /** What a share is a part of. */
  readonly total = input.required<number>();

  protected readonly rows = computed(() => {
    const most = Math.max(1, ...this.values().map(([, count]) => count));
    return this.values().map(([value, count]) => ({
      text: value === null ? 'missing' : value === '' ? 'empty text' : String(value),
      quiet: value === null || value === '',
      count: whole(count),
      share: percent(count, this.total()),
      width: (100 * count) / most,
    }));
  });
}
