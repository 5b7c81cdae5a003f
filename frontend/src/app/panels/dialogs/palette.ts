import { Component, computed, inject, signal, type ElementRef, viewChildren } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import type { Column } from '../../protocol/messages';
import type { OperationDeclaration } from '../../protocol/schema';
import { Icon } from '../../ui/icon';
import { TypeMark } from '../../ui/type-mark';
import { paletteEntries, type PaletteEntry } from './palette-entries';

export interface PaletteData {
  readonly operations: readonly OperationDeclaration[];
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Rows are counted as they are shown, not as the table numbers them. */
  readonly viewed: boolean;
  readonly placeholder: string;
}

/** Finds operations, columns and rows by typing. */
@Component({
  selector: 'wl-palette',
  imports: [Icon, MatDialogModule, TypeMark],
  templateUrl: './palette.html',
  styleUrl: './palette.scss',
})
export class Palette {
  protected readonly data = inject<PaletteData>(MAT_DIALOG_DATA);
  private readonly dialog = inject<MatDialogRef<Palette, PaletteEntry>>(MatDialogRef);
  private readonly options = viewChildren<ElementRef<HTMLElement>>('option');

  protected readonly text = signal('');
  protected readonly active = signal(0);
  protected readonly entries = computed(() =>
    paletteEntries(this.text(), this.data.operations, this.data.columns, this.data.rows, this.data.viewed),
  );

  protected typed(text: string): void {
    this.text.set(text);
    this.active.set(0);
  }

  protected key(event: KeyboardEvent): void {
    const last = this.entries().length - 1;
    const moves: Readonly<Record<string, (now: number) => number>> = {
      ArrowDown: (now) => (now >= last ? 0 : now + 1),
      ArrowUp: (now) => (now <= 0 ? last : now - 1),
      PageDown: (now) => Math.min(last, now + 8),
      PageUp: (now) => Math.max(0, now - 8),
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      this.active.update(move);
      this.options()[this.active()]?.nativeElement.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.choose(this.entries()[this.active()]);
    }
  }

  protected choose(entry: PaletteEntry | undefined): void {
    if (entry) this.dialog.close(entry);
  }
}
