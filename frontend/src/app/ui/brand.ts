import { Component } from '@angular/core';

/** The product's sign. */
@Component({
  selector: 'wl-brand',
  template: `
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M7 8c1.5 7 3 11.5 4.5 15 2-4.5 3-8 4.5-13 1.5 5 2.5 8.5 4.5 13 1.5-3.5 3-8 4.5-15" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      width: 26px;
      height: 26px;
    }
    rect {
      fill: var(--mat-sys-primary);
    }
    path {
      fill: none;
      stroke: var(--mat-sys-on-primary);
      stroke-width: 2.6;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Brand {}
