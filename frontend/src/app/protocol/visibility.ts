import type { Schema } from './schema';

type Values = Readonly<Record<string, unknown>>;

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Groups of parameters of which exactly one is given. */
export function alternatives(schema: Schema): readonly (readonly string[])[] {
  const stated = schema['x-one-of'] ?? [];
  const single = stated.filter((name): name is string => typeof name === 'string');
  const several = stated.filter((group): group is readonly string[] => typeof group !== 'string');
  return single.length > 0 ? [single, ...several] : several;
}

/** The parameter chosen out of a group: the one that has a value, else the first. */
export function chosenOf(group: readonly string[], values: Values): string | undefined {
  return group.find((name) => name in values) ?? group[0];
}

/** The parameters that play a part with these values, in the order of the form. */
export function visible(schema: Schema, values: Values): readonly string[] {
  const properties = schema.properties ?? {};
  const order = schema['x-order'] ?? [];
  const names = [...order.filter((name) => name in properties), ...Object.keys(properties)];
  const groups = alternatives(schema);
  return [...new Set(names)].filter((name) => {
    const property = properties[name];
    if (!property || property.const !== undefined) return false;
    if (groups.some((group) => group.includes(name) && chosenOf(group, values) !== name)) return false;
    return Object.entries(property['x-show-if'] ?? {}).every(([other, wanted]) => {
      const value = other in values ? values[other] : properties[other]?.default;
      return Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
    });
  });
}

/** The values to send: those that play a part and are not empty. An empty text counts where text may be empty. */
export function sendable(schema: Schema, values: Values): Record<string, unknown> {
  const sent = visible(schema, values).flatMap((name) => {
    const value = values[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [[name, value] as const];
  });
  return Object.fromEntries(sent);
}
