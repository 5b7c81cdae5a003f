import { Component, computed, input, model, signal } from '@angular/core';
import type { Cell, Column, ColumnType, Condition, FieldError } from '../protocol/messages';
import type { Schema } from '../protocol/schema';
import { alternatives, chosenOf } from '../protocol/visibility';
import { humanise } from '../ui/format';
import { Icon } from '../ui/icon';
import { CellEditor } from './editors/cell-editor';
import { ColumnPicker } from './editors/column-picker';
import { ConditionEditor } from './editors/condition-editor';
import { ListEditor } from './editors/list-editor';
import { MappingEditor, type Replacement } from './editors/mapping-editor';
import { RowsEditor } from './editors/rows-editor';
import { fieldsOf, messagesFor, problems, within, type Field, type Values } from './fields';
import type { RowSpan } from './row-spans';

let forms = 0;

const DATE_FORMATS = ['%Y-%m-%d', '%d/%m/%Y', '%m/%d/%Y', '%d.%m.%Y', '%d %b %Y', '%Y-%m-%d %H:%M:%S'];

/** A form drawn from a JSON Schema. It knows no operation: what it can show is the contract's subset. */
@Component({
  selector: 'wl-schema-form',
  imports: [CellEditor, ColumnPicker, ConditionEditor, Icon, ListEditor, MappingEditor, RowsEditor],
  templateUrl: './schema-form.html',
  styleUrl: './schema-form.scss',
})
export class SchemaForm {
  readonly schema = input.required<Schema>();
  readonly columns = input.required<readonly Column[]>();
  /** What the server has against the values. */
  readonly errors = input<readonly FieldError[]>([]);
  /** Show also what the form itself finds wrong; it keeps quiet until somebody wanted to go on. */
  readonly strict = input(false);
  readonly values = model<Values>({});

  protected readonly id = `form-${++forms}`;
  protected readonly dateFormats = DATE_FORMATS;
  private readonly touched = signal<ReadonlySet<string>>(new Set());

  protected readonly fields = computed(() => fieldsOf(this.schema(), this.values()));
  private readonly own = computed(() => problems(this.schema(), this.values()));
  readonly valid = computed(() => this.own().length === 0);

  /** Errors that belong to no field that is shown. */
  protected readonly stray = computed(() => {
    const names = this.fields().map((field) => field.name);
    return this.errors().filter(
      ({ path }) => !names.some((name) => messagesFor(name, [{ path, message: '' }]).length),
    );
  });

  /** Choices between parameters, each with the field before which it stands. */
  protected readonly groups = computed(() => {
    const schema = this.schema();
    return alternatives(schema).map((group) => ({
      chosen: chosenOf(group, this.values()),
      options: group.map((name) => ({ name, title: humanise(schema.properties?.[name]?.title ?? name) })),
    }));
  });

  /** The type of the values in question: of the first column that is chosen. */
  protected readonly valueType = computed<ColumnType>(() => {
    const named = this.fields()
      .filter((field) => field.widget === 'column' || field.widget === 'columns')
      .flatMap((field) => this.names(field));
    return this.columns().find((column) => column.name === named[0])?.type ?? 'text';
  });

  protected messages(field: Field): readonly string[] {
    const told = messagesFor(field.name, this.errors());
    if (told.length > 0) return told;
    const speak = this.strict() || this.touched().has(field.name);
    return speak ? messagesFor(field.name, this.own()) : [];
  }

  protected inputId(field: Field): string {
    return `${this.id}-${field.name}`;
  }

  protected describedBy(field: Field): string {
    return `${this.id}-${field.name}-text`;
  }

  protected groupBefore(field: Field) {
    return this.groups().find((group) => group.chosen === field.name);
  }

  protected set(field: Field, value: unknown): void {
    this.touched.update((names) => new Set(names).add(field.name));
    const { [field.name]: _, ...others } = this.values();
    this.values.set(value === undefined ? others : { ...others, [field.name]: value });
  }

  protected setText(field: Field, text: string): void {
    this.set(field, text === '' ? undefined : text);
  }

  protected setNumber(field: Field, box: HTMLInputElement): void {
    if (box.value === '' && !box.validity.badInput) this.set(field, undefined);
    else this.set(field, box.valueAsNumber);
  }

  protected setChoice(field: Field, index: string): void {
    this.set(field, field.choices[Number(index)]?.value);
  }

  protected tick(field: Field, value: Cell, ticked: boolean): void {
    const before = this.list(field);
    this.set(field, ticked ? [...before, value] : before.filter((other) => other !== value));
  }

  /** Of several parameters only the chosen one keeps a value. */
  protected choose(options: readonly { readonly name: string }[], name: string): void {
    const values = Object.fromEntries(
      Object.entries(this.values()).filter(([key]) => !options.some((option) => option.name === key)),
    );
    this.values.set({ ...values, [name]: undefined });
  }

  // What a value is taken for, by the widget that edits it.

  protected current(field: Field): unknown {
    return this.values()[field.name] ?? field.schema.default;
  }

  protected textOf(field: Field): string {
    const value = this.values()[field.name];
    return value === undefined || value === null || Number.isNaN(value) ? '' : String(value);
  }

  protected names(field: Field): readonly string[] {
    const value = this.values()[field.name];
    if (field.widget === 'column') return typeof value === 'string' ? [value] : [];
    return this.list(field).map(String);
  }

  protected list(field: Field): readonly Cell[] {
    const value = this.current(field);
    return Array.isArray(value) ? (value as readonly Cell[]) : [];
  }

  protected cell(field: Field): Cell | undefined {
    return this.values()[field.name] as Cell | undefined;
  }

  protected mapping(field: Field): readonly Replacement[] {
    return this.list(field) as unknown as readonly Replacement[];
  }

  protected spans(field: Field): readonly RowSpan[] {
    return this.list(field) as unknown as readonly RowSpan[];
  }

  protected condition(field: Field): Condition | undefined {
    return this.values()[field.name] as Condition | undefined;
  }

  protected textual(): boolean {
    const match = this.values()['match'];
    return match === 'part' || match === 'regex';
  }

  // Lists of small objects: each is a form of its own.

  protected objects(field: Field): readonly Values[] {
    return this.list(field) as unknown as readonly Values[];
  }

  protected itemErrors(field: Field, index: number): readonly FieldError[] {
    return within(field.name, index, this.errors());
  }

  protected setObject(field: Field, index: number, value: Values): void {
    this.set(
      field,
      this.objects(field).map((old, place) => (place === index ? value : old)),
    );
  }

  protected addObject(field: Field): void {
    this.set(field, [...this.objects(field), {}]);
  }

  protected removeObject(field: Field, index: number): void {
    this.set(
      field,
      this.objects(field).filter((_, place) => place !== index),
    );
  }
}
