/** From a JSON Schema to the fields of a form: no markup, no state. */
import type { Cell, ColumnType, FieldError } from '../protocol/messages';
import type { Schema } from '../protocol/schema';
import { isEmpty, visible } from '../protocol/visibility';
import { humanise } from '../ui/format';

export type Values = Readonly<Record<string, unknown>>;

export type Widget =
  | 'cell'
  | 'cells'
  | 'check'
  | 'choice'
  | 'choices'
  | 'column'
  | 'columns'
  | 'condition'
  | 'date-format'
  | 'mapping'
  | 'number'
  | 'numbers'
  | 'objects'
  | 'regex'
  | 'rows'
  | 'text'
  | 'textarea'
  | 'texts';

const COMPOUND: readonly Widget[] = [
  'cells',
  'choices',
  'condition',
  'mapping',
  'numbers',
  'objects',
  'texts',
];
const OWN_WIDGETS: readonly Widget[] = [
  'cell',
  'condition',
  'date-format',
  'mapping',
  'regex',
  'rows',
  'textarea',
];

export interface Choice {
  readonly value: Cell;
  readonly label: string;
}

export interface Field {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly widget: Widget;
  readonly required: boolean;
  /** Nothing at all may be given, and that is not the same as some default. */
  readonly optional: boolean;
  /** Made of several controls, which one label cannot name. */
  readonly compound: boolean;
  readonly schema: Schema;
  readonly choices: readonly Choice[];
  /** For columns: the types that may be chosen. */
  readonly types: readonly ColumnType[];
  readonly placeholder: string;
}

/** The fields to show for these values, in order. */
export function fieldsOf(schema: Schema, values: Values): readonly Field[] {
  const required = new Set(schema.required);
  const oneOf = new Set((schema['x-one-of'] ?? []).flat());
  return visible(schema, values).map((name) => {
    const property = schema.properties?.[name] ?? {};
    const isRequired = required.has(name) || oneOf.has(name);
    const widget = widgetOf(property);
    return {
      name,
      title: humanise(property.title ?? name),
      help: property.description ?? '',
      widget,
      required: isRequired,
      optional: !isRequired && (property.default ?? null) === null,
      compound: COMPOUND.includes(widget),
      schema: property,
      choices: choicesOf(property.items && !property.enum ? property.items : property),
      types: property['x-column'] ?? property.items?.['x-column'] ?? [],
      placeholder: placeholderOf(property),
    };
  });
}

/** How a property is edited. An `x-widget` the form does not know falls back to the property's type. */
export function widgetOf(schema: Schema): Widget {
  const own = OWN_WIDGETS.find((widget) => widget === schema['x-widget']);
  if (own) return own;
  if (schema.type === 'array') return arrayWidget(schema.items ?? {}, schema);
  if (schema['x-column']) return 'column';
  if (schema.enum ?? schema.oneOf) return 'choice';
  if (schema.type === 'boolean') return 'check';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return 'text';
}

function arrayWidget(item: Schema, array: Schema): Widget {
  if (item['x-column'] ?? array['x-column']) return 'columns';
  if (item.enum ?? item.oneOf) return 'choices';
  if (item['x-widget'] === 'cell') return 'cells';
  if (item.properties) return 'objects';
  return item.type === 'integer' || item.type === 'number' ? 'numbers' : 'texts';
}

function choicesOf(schema: Schema): readonly Choice[] {
  if (schema.oneOf) {
    return schema.oneOf.map((option) => ({
      value: option.const,
      label: option.title ?? label(option.const),
    }));
  }
  return (schema.enum ?? []).map((value) => ({ value, label: label(value) }));
}

function label(value: Cell): string {
  return humanise(String(value));
}

function placeholderOf(schema: Schema): string {
  const example = schema['x-example'] ?? schema.default;
  return typeof example === 'string' || typeof example === 'number' ? String(example) : '';
}

/** What the schema has against the values; the server looks again, and deeper. */
export function problems(schema: Schema, values: Values): readonly FieldError[] {
  return fieldsOf(schema, values).flatMap((field) => {
    const message = problemOf(field, values[field.name]);
    return message === null ? [] : [{ path: field.name, message }];
  });
}

function problemOf({ schema, required, widget }: Field, value: unknown): string | null {
  if (value === undefined || (isEmpty(value) && schema.minLength !== 0 && widget !== 'cell')) {
    return required && schema.default === undefined ? 'Please fill this in.' : null;
  }
  if (typeof value === 'number') return numberProblem(schema, value);
  if (typeof value === 'string') return textProblem(schema, value);
  if (Array.isArray(value)) return listProblem(schema, value.length);
  return null;
}

function numberProblem(schema: Schema, value: number): string | null {
  if (Number.isNaN(value)) return 'Please give a number.';
  if (schema.type === 'integer' && !Number.isInteger(value)) return 'Please give a whole number.';
  if (schema.minimum !== undefined && value < schema.minimum) return `At least ${schema.minimum}.`;
  if (schema.maximum !== undefined && value > schema.maximum) return `At most ${schema.maximum}.`;
  const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (above !== undefined && value <= above) return `More than ${above}.`;
  if (below !== undefined && value >= below) return `Less than ${below}.`;
  return null;
}

function textProblem(schema: Schema, value: string): string | null {
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    return `At least ${schema.minLength} characters.`;
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    return `At most ${schema.maxLength} characters.`;
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    return 'This does not have the right form.';
  }
  return null;
}

function listProblem(schema: Schema, length: number): string | null {
  if (schema.minItems !== undefined && length < schema.minItems) return `At least ${schema.minItems}.`;
  if (schema.maxItems !== undefined && length > schema.maxItems) return `At most ${schema.maxItems}.`;
  return null;
}

/** The messages of one field, those deeper in it included. */
export function messagesFor(name: string, errors: readonly FieldError[]): readonly string[] {
  return errors
    .filter(({ path }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))
    .map(({ message }) => message);
}

/** The errors inside one item of a list, with their paths as the item sees them. */
export function within(name: string, index: number, errors: readonly FieldError[]): readonly FieldError[] {
  const prefix = `${name}.${index}.`;
  return errors.flatMap(({ path, message }) =>
    path.startsWith(prefix) ? [{ path: path.slice(prefix.length), message }] : [],
  );
}
