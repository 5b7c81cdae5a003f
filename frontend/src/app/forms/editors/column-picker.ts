import { Component, computed, input, model, signal } from '@angular/core';
import {
  MatAutocompleteModule,
  type MatAutocompleteSelectedEvent,
  type MatAutocompleteTrigger,
} from '@angular/material/autocomplete';
import type { Column, ColumnType } from '../../protocol/messages';
import { Icon } from '../../ui/icon';
import { TypeMark } from '../../ui/type-mark';

const MOST_OPTIONS = 100;

/** Chooses one or several columns by name, out of those of the right types; quick with thousands of columns. */
@Component({
  selector: 'wl-column-picker',
  imports: [Icon, MatAutocompleteModule, TypeMark],
  templateUrl: './column-picker.html',
  styleUrl: './column-picker.scss',
})
export class ColumnPicker {
  readonly inputId = input.required<string>();
  readonly columns = input.required<readonly Column[]>();
  /** Types to choose from; empty for all. */
  readonly types = input<readonly ColumnType[]>([]);
  readonly several = input(false);
  /** Only tells what was chosen, and is empty again for the next. */
  readonly adds = input(false);
  /** How many may be chosen. */
  readonly most = input(Infinity);
  readonly invalid = input(false);
  readonly describedBy = input<string>();
  readonly value = model<readonly string[]>([]);

  protected readonly typed = signal('');

  protected readonly known = computed(() => new Map(this.columns().map((column) => [column.name, column])));
  private readonly fitting = computed(() => {
    const types = this.types();
    return types.length === 0
      ? this.columns()
      : this.columns().filter((column) => types.includes(column.type));
  });
  private readonly open = computed(() => {
    const taken = new Set(this.several() ? this.value() : []);
    return this.fitting().filter((column) => !taken.has(column.name));
  });
  protected readonly options = computed(() => {
    const text = this.typed().trim().toLowerCase();
    return this.open()
      .filter((column) => column.name.toLowerCase().includes(text))
      .slice(0, MOST_OPTIONS);
  });
  protected readonly more = computed(
    () => this.several() && this.most() === Infinity && this.open().length > 1 && this.typed() === '',
  );
  protected readonly single = computed(() => (this.several() || this.adds() ? '' : (this.value()[0] ?? '')));
  protected readonly placeholder = computed(() => {
    if (this.fitting().length === 0) return 'No column of the right type';
    return this.several() && this.value().length > 0 ? 'Add a column' : 'Choose a column';
  });

  protected chosen(event: MatAutocompleteSelectedEvent, box: HTMLInputElement): void {
    this.take(event.option.value as string, box);
  }

  /** Enter takes the first column that fits, also when it comes before the list is ready to take it. */
  protected entered(event: Event, box: HTMLInputElement, trigger: MatAutocompleteTrigger): void {
    if (this.typed() === '') return;
    event.preventDefault();
    setTimeout(() => {
      const first = this.options()[0];
      if (this.typed() === '' || !first) return;
      this.take(first.name, box);
      trigger.closePanel();
    });
  }

  private take(name: string, box: HTMLInputElement): void {
    this.value.set(this.several() ? [...this.value(), name] : [name]);
    this.typed.set('');
    box.value = this.single();
  }

  /** What was typed and not chosen counts if it is a column's name; otherwise it goes. */
  protected left(box: HTMLInputElement): void {
    const exact = this.adds() ? undefined : this.open().find((column) => column.name === box.value);
    if (exact && this.several()) this.value.set([...this.value(), exact.name]);
    else if (exact) this.value.set([exact.name]);
    this.typed.set('');
    box.value = this.single();
  }

  protected backspace(box: HTMLInputElement): void {
    if (this.several() && box.value === '') this.value.set(this.value().slice(0, -1));
  }

  protected remove(name: string): void {
    this.value.set(this.value().filter((other) => other !== name));
  }

  protected all(): void {
    this.value.set(this.fitting().map((column) => column.name));
  }
}
