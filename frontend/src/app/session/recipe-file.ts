import type { RecipeDocument } from '../protocol/messages';

/** A recipe as the person chose it, and what of it a dialog shows. */
export interface RecipeFile {
  readonly document: RecipeDocument;
  /** The columns of the table it was made on. */
  readonly columns: readonly string[];
  readonly steps: readonly RecipeStep[];
  /** Steps that are right only for the rows it was made on; they are not done. */
  readonly omitted: readonly { readonly op: string; readonly reason: string }[];
}

export interface RecipeStep {
  readonly op: string;
  readonly columns: readonly string[];
  readonly note: string;
  /** What it learned comes with it, and can be learned anew. */
  readonly learned: boolean;
}

const FORMAT = 'willow-recipe';

/** Read a recipe; null for what is none. The server has the last word on what is in it. */
export function readRecipe(text: string): RecipeFile | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(document) || document['format'] !== FORMAT) return null;
  return {
    document: document as RecipeDocument,
    columns: records(document['columns_in']).flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    steps: records(document['steps']).map((step) => ({
      op: opOf(step),
      columns: columnsOf(step['operation']),
      note: typeof step['note'] === 'string' ? step['note'] : '',
      learned: isRecord(step['state']) && Object.keys(step['state']).length > 0,
    })),
    omitted: records(document['omitted']).map((step) => ({
      op: opOf(step),
      reason: typeof step['reason'] === 'string' ? step['reason'] : '',
    })),
  };
}

/** For each column of a recipe that a table has not: the column that has nearly its name, if there is one. */
export function proposedNames(
  wanted: readonly string[],
  there: readonly string[],
): ReadonlyMap<string, string | null> {
  const free = new Map(
    there.filter((name) => !wanted.includes(name)).map((name) => [plain(name), name] as const),
  );
  return new Map(
    wanted
      .filter((name) => !there.includes(name))
      .map((name) => [name, free.get(plain(name)) ?? null] as const),
  );
}

/** A name without what people write in several ways: case, accents, spaces, `_` and `-`. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f\s_-]/g, '');
}

function opOf(step: Readonly<Record<string, unknown>>): string {
  const operation = step['operation'];
  return isRecord(operation) && typeof operation['op'] === 'string' ? operation['op'] : '';
}

function columnsOf(operation: unknown): readonly string[] {
  if (!isRecord(operation)) return [];
  const { column, columns } = operation;
  if (typeof column === 'string') return [column];
  return Array.isArray(columns) ? columns.filter((name): name is string => typeof name === 'string') : [];
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
