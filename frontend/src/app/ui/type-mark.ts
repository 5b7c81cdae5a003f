import { Component, input } from '@angular/core';

/** The sign of a column's type, as the grid's headers show it. */
const MARKS: Readonly<Record<string, string>> = {
  text: 'Aa',
  integer: '#',
  decimal: '1.0',
  boolean: '✓',
  date: '▦',
  datetime: '◷',
};

@Component({
  selector: 'wl-type-mark',
  template: `<span aria-hidden="true">{{ mark() }}</span
    ><span class="visually-hidden">{{ type() }}</span>`,
  styles: `
    :host {
      display: inline-block;
      flex: none;
      min-width: 20px;
      font-size: 11px;
      font-weight: 700;
      text-align: center;
      color: var(--mat-sys-tertiary);
    }
  `,
})
export class TypeMark {
  readonly type = input<string>();

  protected mark(): string {
    return MARKS[this.type() ?? ''] ?? '?';
  }
}
