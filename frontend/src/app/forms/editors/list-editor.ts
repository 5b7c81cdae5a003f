import { Component, input, model } from '@angular/core';
import type { Cell, ColumnType } from '../../protocol/messages';
import { Icon } from '../../ui/icon';
import { CellEditor } from './cell-editor';

/** A list of values, one below the other. */
@Component({
  selector: 'wl-list-editor',
  imports: [CellEditor, Icon],
  template: `
    @for (value of values(); track $index; let index = $index) {
      <div class="item">
        <wl-cell-editor
          [inputId]="inputId() + '-' + index"
          [label]="label() + ' ' + (index + 1)"
          [type]="type()"
          [allowMissing]="false"
          [value]="value"
          (valueChange)="set(index, $event)"
        />
        <button
          type="button"
          class="icon-button"
          [attr.aria-label]="'Remove ' + label() + ' ' + (index + 1)"
          (click)="remove(index)"
        >
          <wl-icon name="close" />
        </button>
      </div>
    }
    <button type="button" class="link-button" [id]="inputId()" (click)="add()">Add {{ noun() }}</button>
  `,
  styles: `
    .item {
      display: flex;
      gap: 4px;
      margin-bottom: 6px;
    }
    wl-cell-editor {
      flex: 1;
    }
  `,
})
export class ListEditor {
  readonly inputId = input.required<string>();
  readonly label = input.required<string>();
  readonly noun = input('a value');
  readonly type = input<ColumnType>('text');
  /** What a new line holds: an empty text is a value of its own. */
  readonly values = model<readonly (Cell | undefined)[]>([]);

  protected set(index: number, value: Cell | undefined): void {
    this.values.set(this.values().map((old, place) => (place === index ? value : old)));
  }

  protected remove(index: number): void {
    this.values.set(this.values().filter((_, place) => place !== index));
  }

  protected add(): void {
    this.values.set([...this.values(), this.type() === 'text' ? '' : undefined]);
  }
}
