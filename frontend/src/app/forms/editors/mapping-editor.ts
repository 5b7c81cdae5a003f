import { Component, computed, input, model } from '@angular/core';
import type { Cell, ColumnType } from '../../protocol/messages';
import { Icon } from '../../ui/icon';
import { CellEditor } from './cell-editor';

export interface Replacement {
  readonly find?: Cell;
  readonly replace?: Cell;
}

/** Pairs of what to find and what to put in its place, in the order in which they are done. */
@Component({
  selector: 'wl-mapping-editor',
  imports: [CellEditor, Icon],
  template: `
    @for (pair of shown(); track $index; let index = $index) {
      <fieldset class="pair">
        <legend class="visually-hidden">Replacement {{ index + 1 }}</legend>
        <wl-cell-editor
          [inputId]="index === 0 ? inputId() : inputId() + '-find-' + index"
          label="Find"
          [type]="findType()"
          [allowMissing]="false"
          [value]="pair.find"
          (valueChange)="set(index, { find: $event, replace: pair.replace })"
        />
        <span class="quiet arrow" aria-hidden="true">→</span>
        <wl-cell-editor
          [inputId]="inputId() + '-replace-' + index"
          label="Replace with"
          [type]="replaceType()"
          [value]="pair.replace"
          (valueChange)="set(index, { find: pair.find, replace: $event })"
        />
        <button
          type="button"
          class="icon-button small"
          [attr.aria-label]="'Remove replacement ' + (index + 1)"
          [disabled]="shown().length === 1"
          (click)="remove(index)"
        >
          <wl-icon name="close" />
        </button>
      </fieldset>
    }
    <button type="button" class="link-button" (click)="add()">Add a replacement</button>
  `,
  styles: `
    .pair {
      display: grid;
      grid-template-columns: 16px minmax(0, 1fr) 24px;
      gap: 4px;
      align-items: center;
      margin-bottom: 8px;
      padding: 6px;
      border: 1px solid var(--wl-line);
      border-radius: 8px;
    }
    .pair > wl-cell-editor:first-of-type {
      grid-column: 1 / 4;
    }
    .arrow {
      text-align: center;
    }
  `,
})
export class MappingEditor {
  readonly inputId = input.required<string>();
  readonly type = input<ColumnType>('text');
  /** `part` and `regex` look at text whatever the column is. */
  readonly textual = input(false);
  readonly value = model<readonly Replacement[]>([]);

  protected readonly findType = computed(() => (this.textual() ? 'text' : this.type()));
  protected readonly replaceType = this.findType;
  protected readonly shown = computed<readonly Replacement[]>(() =>
    this.value().length > 0
      ? this.value()
      : [{ replace: this.type() === 'text' ? '' : undefined } as Replacement],
  );

  protected set(index: number, pair: { find: Cell | undefined; replace: Cell | undefined }): void {
    const { find, replace } = pair;
    const kept = { ...(find === undefined ? {} : { find }), ...(replace === undefined ? {} : { replace }) };
    this.value.set(this.shown().map((old, place) => (place === index ? kept : old)));
  }

  protected remove(index: number): void {
    this.value.set(this.shown().filter((_, place) => place !== index));
  }

  protected add(): void {
    this.value.set([...this.shown(), { replace: '' }]);
  }
}
