import { Component, computed, input, model } from '@angular/core';
import type { Column, Condition } from '../../protocol/messages';
import { Icon } from '../../ui/icon';
import { conditionWords } from '../condition-words';
import { TestEditor } from './test-editor';

/** Whether a condition is one test of one column, which can be edited here. */
function isTest(condition: Condition): boolean {
  return 'column' in condition && condition.is !== 'one_of' && condition.is !== 'outlier';
}

/** Tests of columns, all or any of which must hold. What came from the filters and is richer is kept as it is. */
@Component({
  selector: 'wl-condition-editor',
  imports: [Icon, TestEditor],
  template: `
    @if (parts().length > 1) {
      <select #how class="control" aria-label="How the tests are joined" (change)="join(how.value)">
        <option value="all" [selected]="!any()">All of these hold</option>
        <option value="any" [selected]="any()">Any of these holds</option>
      </select>
    }
    <ul>
      @for (part of parts(); track $index; let index = $index) {
        <li>
          @if (editable(part)) {
            <wl-test-editor
              [inputId]="index === 0 ? inputId() : inputId() + '-' + index"
              [columns]="columns()"
              [test]="part"
              (testChange)="set(index, $event)"
            />
          } @else {
            <p class="words">{{ words(part) }}</p>
          }
          <button
            type="button"
            class="icon-button small"
            [attr.aria-label]="'Remove test ' + (index + 1)"
            (click)="remove(index)"
          >
            <wl-icon name="close" />
          </button>
        </li>
      }
    </ul>
    <button type="button" class="link-button" [disabled]="columns().length === 0" (click)="add()">
      Add a test
    </button>
  `,
  styles: `
    ul {
      display: grid;
      gap: 6px;
      margin: 6px 0;
    }
    li {
      display: flex;
      gap: 4px;
      align-items: flex-start;
      padding: 6px;
      border: 1px solid var(--wl-line);
      border-radius: 8px;
    }
    wl-test-editor,
    .words {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class ConditionEditor {
  readonly inputId = input.required<string>();
  readonly columns = input.required<readonly Column[]>();
  readonly value = model<Condition | undefined>();

  protected readonly any = computed(() => {
    const value = this.value();
    return value !== undefined && 'any' in value;
  });
  protected readonly parts = computed<readonly Condition[]>(() => {
    const value = this.value();
    if (value === undefined) return [];
    if ('all' in value) return value.all;
    return 'any' in value ? value.any : [value];
  });

  protected readonly editable = isTest;
  protected readonly words = conditionWords;

  protected join(how: string): void {
    this.become(this.parts(), how === 'any');
  }

  protected set(index: number, test: Condition): void {
    this.become(this.parts().map((old, place) => (place === index ? test : old)));
  }

  protected remove(index: number): void {
    this.become(this.parts().filter((_, place) => place !== index));
  }

  protected add(): void {
    const column = this.columns()[0];
    if (column) this.become([...this.parts(), { column: column.name, is: 'missing' }]);
  }

  private become(parts: readonly Condition[], any = this.any()): void {
    const [only] = parts;
    if (parts.length > 1) this.value.set(any ? { any: parts } : { all: parts });
    else this.value.set(only);
  }
}
