import type { Column, ColumnType } from '../protocol/messages';
import type { OperationDeclaration, Schema } from '../protocol/schema';

const ALL_TYPES: readonly ColumnType[] = ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'];

/** A parameter that names columns, and which types it takes. */
export interface ColumnNeed {
  readonly parameter: string;
  readonly types: readonly ColumnType[];
  readonly several: boolean;
  readonly required: boolean;
  /** The key that holds the name, when the parameter is a list of objects (`by: [{column, descending}]`). */
  readonly within: string | null;
}

/** Which parameters of an operation name columns. */
export function columnNeeds(schema: Schema): readonly ColumnNeed[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([parameter, property]): readonly ColumnNeed[] => {
    const need = { parameter, required: required.has(parameter) };
    if (property['x-column']) {
      return [{ ...need, types: property['x-column'], several: property.type === 'array', within: null }];
    }
    const item = property.items;
    if (item?.['x-column']) return [{ ...need, types: item['x-column'], several: true, within: null }];
    const inner = Object.entries(item?.properties ?? {}).find(([, field]) => field['x-column']);
    if (!inner) return [];
    return [{ ...need, types: inner[1]['x-column'] ?? ALL_TYPES, several: true, within: inner[0] }];
  });
}

/**
 * Why an operation cannot be done to the selected columns, or null when it can.
 *
 * Only the first required parameter is judged: the others are chosen in the form.
 */
export function obstacle(
  operation: OperationDeclaration,
  selected: readonly Column[],
  table: readonly Column[],
): string | null {
  const need = columnNeeds(operation.schema).find((candidate) => candidate.required);
  if (!need) return null;
  const suits = (column: Column) => need.types.includes(column.type);
  if (selected.length > 0 ? selected.some(suits) : table.some(suits)) return null;
  return selected.length > 0 ? `Needs ${kinds(need.types)}` : `The table has no ${noun(need.types)} column`;
}

/** The parameters to begin with: the selected columns where they fit. */
export function prefill(
  operation: OperationDeclaration,
  selected: readonly Column[],
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  let left = selected;
  for (const need of columnNeeds(operation.schema)) {
    const suiting = left.filter((column) => need.types.includes(column.type)).map((column) => column.name);
    const first = suiting[0];
    if (first === undefined || (!need.required && Object.keys(value).length > 0)) continue;
    const inside = need.within;
    if (inside !== null) value[need.parameter] = suiting.map((name) => ({ [inside]: name }));
    else value[need.parameter] = need.several ? suiting : first;
    const taken = need.several ? suiting : [first];
    left = left.filter((column) => !taken.includes(column.name));
  }
  return value;
}

function noun(types: readonly ColumnType[]): string {
  return [...new Set(types.map((type) => (type === 'integer' || type === 'decimal' ? 'number' : type)))].join(
    ' or ',
  );
}

function kinds(types: readonly ColumnType[]): string {
  return `a ${noun(types)} column`;
}
