import { Component, effect, input, model, signal, untracked } from '@angular/core';
import { spansToText, textToSpans, type RowSpan } from '../row-spans';

/** Row numbers and ranges, as they stand at the left of the table. */
@Component({
  selector: 'wl-rows-editor',
  template: `
    <input
      #box
      class="control"
      type="text"
      autocomplete="off"
      placeholder="1-10, 15"
      [id]="inputId()"
      [value]="text()"
      [attr.aria-invalid]="invalid() || problem()"
      [attr.aria-describedby]="describedBy()"
      (input)="typed(box.value)"
    />
    @if (problem()) {
      <p class="error-text">Please give row numbers and ranges such as 1-10, 15.</p>
    }
  `,
})
export class RowsEditor {
  readonly inputId = input.required<string>();
  readonly invalid = input(false);
  readonly describedBy = input<string>();
  readonly value = model<readonly RowSpan[]>([]);

  protected readonly text = signal('');
  protected readonly problem = signal(false);

  constructor() {
    effect(() => {
      const value = this.value();
      untracked(() => {
        const shown = textToSpans(this.text());
        if (shown !== null && JSON.stringify(shown) !== JSON.stringify(value))
          this.text.set(spansToText(value));
      });
    });
  }

  protected typed(text: string): void {
    this.text.set(text);
    const spans = textToSpans(text);
    this.problem.set(spans === null);
    this.value.set(spans ?? []);
  }
}
