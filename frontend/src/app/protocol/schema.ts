/**
 * The catalogue of operations, and the JSON Schema subset that draws their forms.
 *
 * Pydantic writes references, and unions with null for optional parameters; both are resolved here, so that
 * the form sees plain properties only.
 */
import type { Cell, ColumnType } from './messages';

export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: Cell;
  readonly enum?: readonly Cell[];
  readonly oneOf?: readonly { readonly const: Cell; readonly title?: string }[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Names of an existing column of one of these types. */
  readonly 'x-column'?: readonly ColumnType[];
  readonly 'x-widget'?: string;
  /** Exactly one of these parameters is given. */
  readonly 'x-one-of'?: readonly (string | readonly string[])[];
  /** Shown only while the other parameters have these values. */
  readonly 'x-show-if'?: Readonly<Record<string, unknown>>;
  readonly 'x-order'?: readonly string[];
  readonly 'x-example'?: unknown;
}

export type OperationShape = 'schema' | 'rowwise' | 'columnwise' | 'selection' | 'reshape';

export interface OperationDeclaration {
  readonly id: string;
  readonly label: string;
  readonly section: string;
  readonly shape: OperationShape;
  readonly summary: string;
  readonly schema: Schema;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Read the answer of `GET /api/operations`. */
export function parseCatalogue(body: unknown): readonly OperationDeclaration[] {
  if (!Array.isArray(body)) throw new TypeError('The catalogue of operations is not a list.');
  return body.filter(isObject).map((entry) => ({
    id: String(entry['id']),
    label: String(entry['label']),
    section: String(entry['section']),
    shape: entry['shape'] as OperationShape,
    summary: String(entry['summary'] ?? ''),
    schema: flatten(isObject(entry['schema']) ? entry['schema'] : {}),
  }));
}

/** Resolve references and optional unions, everywhere in a schema. */
export function flatten(schema: Json): Schema {
  const definitions = isObject(schema['$defs']) ? schema['$defs'] : {};
  return resolve(schema, definitions, 0) as Schema;
}

/** Deeper than any form; what refers to itself is left opaque, its editor knows it. */
const MAX_DEPTH = 6;

function resolve(schema: Json, definitions: Json, depth: number): Json {
  if (depth > MAX_DEPTH) return {};
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const target = definitions[reference.slice(reference.lastIndexOf('/') + 1)];
    const { $ref: _, ...beside } = schema;
    return resolve({ ...(isObject(target) ? target : {}), ...beside }, definitions, depth + 1);
  }
  const options = schema['anyOf'];
  if (Array.isArray(options)) {
    const present = options.filter(isObject).filter((option) => option['type'] !== 'null');
    const { anyOf: _, ...beside } = schema;
    const only = present.length === 1 ? present[0] : undefined;
    return only ? resolve({ ...only, ...beside }, definitions, depth + 1) : beside;
  }
  const result: Record<string, unknown> = { ...schema };
  delete result['$defs'];
  if (isObject(schema['items'])) result['items'] = resolve(schema['items'], definitions, depth + 1);
  if (isObject(schema['properties'])) {
    result['properties'] = Object.fromEntries(
      Object.entries(schema['properties'])
        .filter((entry): entry is [string, Json] => isObject(entry[1]))
        .map(([name, property]) => [name, resolve(property, definitions, depth + 1)]),
    );
  }
  return result;
}
