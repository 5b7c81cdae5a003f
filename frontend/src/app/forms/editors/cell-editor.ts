import { Component, computed, effect, input, model, signal, untracked } from '@angular/core';
import { readText, textForm } from '../../grid/text-form';
import type { Cell, ColumnType } from '../../protocol/messages';

/** One value of a column's type, or missing. Text and missing are told apart: an empty box is an empty text. */
@Component({
  selector: 'wl-cell-editor',
  template: `
    <div class="line">
      <input
        #box
        class="control"
        type="text"
        autocomplete="off"
        [id]="inputId()"
        [value]="text()"
        [disabled]="isMissing()"
        [placeholder]="isMissing() ? 'missing' : placeholder()"
        [attr.aria-label]="label()"
        [attr.aria-invalid]="invalid() || problem() !== null"
        [attr.aria-describedby]="describedBy()"
        (input)="typed(box.value)"
      />
      @if (allowMissing()) {
        <label class="check">
          <input #tick type="checkbox" [checked]="isMissing()" (change)="setMissing(tick.checked)" />
          missing
        </label>
      }
    </div>
    @if (problem(); as message) {
      <p class="error-text">{{ message }}</p>
    }
  `,
  styles: `
    .line {
      display: flex;
      gap: 8px;
      align-items: center;
    }
    .check {
      font-style: italic;
      color: var(--wl-quiet);
    }
  `,
})
export class CellEditor {
  readonly inputId = input.required<string>();
  readonly type = input<ColumnType>('text');
  readonly label = input<string>();
  readonly allowMissing = input(true);
  readonly invalid = input(false);
  readonly describedBy = input<string>();
  readonly value = model<Cell | undefined>();

  protected readonly text = signal('');
  protected readonly problem = signal<string | null>(null);
  protected readonly isMissing = computed(() => this.value() === null);
  protected readonly placeholder = computed(() => (this.type() === 'text' ? '' : `a ${this.type()}`));

  constructor() {
    effect(() => {
      const value = this.value();
      const type = this.type();
      untracked(() => {
        if (value === null || value === undefined) {
          if (this.problem() === null) this.text.set('');
        } else if (read(this.text(), type) !== value) {
          this.text.set(textForm(value, type));
        }
      });
    });
  }

  protected typed(text: string): void {
    this.text.set(text);
    if (text === '' && this.type() !== 'text') {
      this.problem.set(null);
      this.value.set(undefined);
      return;
    }
    const reading = readText(text, this.type());
    this.problem.set('problem' in reading ? reading.problem : null);
    this.value.set('problem' in reading ? undefined : reading.value);
  }

  protected setMissing(missing: boolean): void {
    this.problem.set(null);
    this.value.set(missing ? null : undefined);
  }
}

function read(text: string, type: ColumnType): Cell | undefined {
  const reading = readText(text, type);
  return 'problem' in reading ? undefined : reading.value;
}
