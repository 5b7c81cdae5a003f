/** Which cell is being edited, and where the keyboard goes afterwards. */

import type { Cell } from './contract';
import { type Box, CellEditor, type Onward } from './editor';
import { HEADER_ROW, type Place } from './selection';
import type { WillowGrid } from './willow-grid';

const STEPS: Readonly<Record<Onward, Place>> = {
  up: { row: -1, column: 0 },
  down: { row: 1, column: 0 },
  left: { row: 0, column: -1 },
  right: { row: 0, column: 1 },
  stay: { row: 0, column: 0 },
};

export class Editing {
  private current: { readonly editor: CellEditor; readonly place: Place } | null = null;

  constructor(
    private readonly grid: WillowGrid,
    private readonly boxOf: (place: Place) => Box,
    private readonly stopped: AbortSignal,
  ) {
    stopped.addEventListener('abort', () => this.current?.editor.cancel(false));
  }

  /** After every drawing: the editor stays on its cell. */
  follow(): void {
    if (this.current) this.current.editor.place(this.boxOf(this.current.place));
  }

  /** Edit the active cell if its value is loaded; `typed` replaces the value. */
  open(typed?: string): void {
    const { layout, selection, model, inputs, events, scroller } = this.grid;
    const place = selection.active;
    const placed = layout.at(place.column);
    const position = place.row === HEADER_ROW ? null : model.position(place.row);
    if (!placed || position === null || !inputs.source) return;
    const view = model.cell(place.row, placed);
    if (view.state === 'loading' || view.state === 'stale') return;

    this.current?.editor.cancel(false);
    this.grid.select(selection.select('cells', place), place);
    const { key } = inputs.source;
    const { name, type, mark } = placed.column;
    const readonly = inputs.readonly || mark === 'removed' || (view.cut && !inputs.source.cell);
    const needsWhole = view.cut && typed === undefined;
    const whole = needsWhole ? inputs.source.cell?.(place.row, name, this.stopped) : undefined;
    const request = {
      column: name,
      type,
      value: whole ?? view.value,
      ...(typed === undefined ? {} : { typed }),
      readonly,
      label: `${readonly ? 'Value of' : 'Edit'} ${name}, row ${position + 1}`,
      onSave: (text: string | null, value: Cell) =>
        events.cellEdit({ key, row: place.row, position, column: name, text, value }),
      onClose: (onward: Onward, focus: boolean) => this.close(place, onward, focus),
    };
    this.current = { editor: new CellEditor(request, scroller.layer, this.boxOf(place)), place };
  }

  private close(place: Place, onward: Onward, focus: boolean): void {
    this.current = null;
    if (!focus) return;
    this.grid.focus();
    const { rows, columns } = this.grid.extent;
    const step = STEPS[onward];
    const to = {
      row: Math.max(0, Math.min(rows - 1, place.row + step.row)),
      column: Math.max(0, Math.min(columns - 1, place.column + step.column)),
    };
    this.grid.select(this.grid.selection.select('cells', to), to);
  }
}
