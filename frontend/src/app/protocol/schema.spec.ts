import { flatten, parseCatalogue } from './schema';

describe('flatten', () => {
  it('unwraps an optional parameter and keeps what stands beside the union', () => {
    const schema = flatten({
      properties: {
        columns: {
          anyOf: [{ type: 'array', items: { type: 'string', 'x-column': ['text'] } }, { type: 'null' }],
          default: null,
          title: 'Columns',
        },
      },
    });
    expect(schema.properties?.['columns']).toEqual({
      type: 'array',
      items: { type: 'string', 'x-column': ['text'] },
      default: null,
      title: 'Columns',
    });
  });

  it('resolves references, and lets what stands beside them win', () => {
    const schema = flatten({
      $defs: { Key: { type: 'object', title: 'Key', properties: { column: { type: 'string' } } } },
      properties: { by: { type: 'array', items: { $ref: '#/$defs/Key', title: 'Sort key' } } },
    });
    expect(schema.properties?.['by']?.items).toEqual({
      type: 'object',
      title: 'Sort key',
      properties: { column: { type: 'string' } },
    });
  });

  it('leaves a union of several types open', () => {
    const schema = flatten({
      properties: { value: { anyOf: [{ type: 'string' }, { type: 'number' }], title: 'Value' } },
    });
    expect(schema.properties?.['value']).toEqual({ title: 'Value' });
  });

  it('ends with a schema that refers to itself', () => {
    const schema = flatten({
      $defs: {
        All: { type: 'object', properties: { all: { type: 'array', items: { $ref: '#/$defs/All' } } } },
      },
      properties: { where: { $ref: '#/$defs/All' } },
    });
    expect(schema.properties?.['where']?.type).toBe('object');
  });
});

describe('parseCatalogue', () => {
  it('refuses anything but a list', () => {
    expect(() => parseCatalogue({ operations: [] })).toThrow('not a list');
  });
});
