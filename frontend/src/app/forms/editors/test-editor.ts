import { Component, computed, input, model } from '@angular/core';
import type { Cell, Column, ColumnType, Comparison, Condition, TextTest } from '../../protocol/messages';
import { CellEditor } from './cell-editor';
import { ColumnPicker } from './column-picker';

type Test = Extract<Condition, { column: string }>;
type TestName = Exclude<Test['is'], 'one_of' | 'outlier'>;

const NAMES: Readonly<Record<TestName, string>> = {
  missing: 'is missing',
  present: 'is present',
  equal: 'is',
  not_equal: 'is not',
  less: 'is less than',
  at_most: 'is at most',
  greater: 'is more than',
  at_least: 'is at least',
  between: 'is between',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  matches: 'matches (regular expression)',
};

const TEXT_TESTS: readonly string[] = ['contains', 'starts_with', 'ends_with', 'matches'];

/** One test of one column. */
@Component({
  selector: 'wl-test-editor',
  imports: [CellEditor, ColumnPicker],
  template: `
    <wl-column-picker
      [inputId]="inputId()"
      [columns]="columns()"
      [value]="[column()]"
      (valueChange)="setColumn($event)"
    />
    <select #name class="control" aria-label="Test" (change)="setName(name.value)">
      @for (option of names; track option) {
        <option [value]="option" [selected]="option === own().is">{{ wording[option] }}</option>
      }
    </select>
    @if (text() !== null) {
      <input #box class="control" aria-label="Text" [value]="text()" (input)="setText(box.value)" />
    }
    @for (part of values(); track part.key) {
      <wl-cell-editor
        [inputId]="inputId() + part.key"
        [label]="part.label"
        [type]="type()"
        [allowMissing]="false"
        [value]="part.value"
        (valueChange)="setValue(part.key, $event)"
      />
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 6px;
    }
  `,
})
export class TestEditor {
  readonly inputId = input.required<string>();
  readonly columns = input.required<readonly Column[]>();
  readonly test = model.required<Condition>();

  protected readonly names = Object.keys(NAMES) as readonly TestName[];
  protected readonly wording = NAMES;

  /** The editor is only given tests of one column. */
  protected readonly own = computed(() => this.test() as Test);
  protected readonly column = computed(() => this.own().column);
  protected readonly type = computed<ColumnType>(
    () => this.columns().find((column) => column.name === this.column())?.type ?? 'text',
  );
  protected readonly text = computed(() => {
    const test = this.own();
    return 'text' in test ? test.text : null;
  });
  protected readonly values = computed(() => {
    const test = this.own();
    const part = (key: 'value' | 'low' | 'high', label: string, value: Cell | undefined) => ({
      key,
      label,
      value,
    });
    if (test.is === 'between') return [part('low', 'From', test.low), part('high', 'To', test.high)];
    return 'value' in test ? [part('value', 'Value', test.value ?? undefined)] : [];
  });

  protected setColumn([column]: readonly string[]): void {
    if (column !== undefined) this.test.set({ ...this.own(), column });
  }

  protected setName(name: string): void {
    const { column } = this.own();
    if (name === 'missing' || name === 'present') this.test.set({ column, is: name });
    else if (name === 'between') this.test.set({ column, is: 'between', low: null, high: null });
    else if (TEXT_TESTS.includes(name))
      this.test.set({ column, is: name as TextTest, text: this.text() ?? '' });
    else this.test.set({ column, is: name as Comparison, value: this.values()[0]?.value ?? null });
  }

  protected setText(text: string): void {
    this.test.set({ ...this.own(), text } as Condition);
  }

  protected setValue(key: 'value' | 'low' | 'high', value: Cell | undefined): void {
    this.test.set({ ...this.own(), [key]: value ?? null } as Condition);
  }
}
