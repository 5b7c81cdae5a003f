import type { Schema } from '../protocol/schema';
import { fieldsOf, messagesFor, problems, widgetOf, within } from './fields';

describe('widgetOf', () => {
  it.each<[Schema, string]>([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', 'x-column': ['text'] }, 'column'],
    [{ type: 'array', items: { type: 'string', 'x-column': ['text'] } }, 'columns'],
    [{ enum: ['a', 'b'] }, 'choice'],
    [{ oneOf: [{ const: 1, title: 'One' }] }, 'choice'],
    [{ type: 'array', items: { enum: ['digits', 'accents'] } }, 'choices'],
    [{ type: 'boolean' }, 'check'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'array', items: { type: 'number' } }, 'numbers'],
    [{ type: 'array', items: { type: 'string' } }, 'texts'],
    [{ type: 'array', items: { 'x-widget': 'cell' } }, 'cells'],
    [{ type: 'array', items: { properties: {} } }, 'objects'],
    [{ type: 'array', items: { properties: {} }, 'x-widget': 'mapping' }, 'mapping'],
    [{ type: 'object', 'x-widget': 'condition' }, 'condition'],
    [{ 'x-widget': 'cell' }, 'cell'],
    [{ type: 'array', 'x-widget': 'rows' }, 'rows'],
    [{ type: 'string', 'x-widget': 'regex' }, 'regex'],
    [{ type: 'string', 'x-widget': 'date-format' }, 'date-format'],
    [{ type: 'string', 'x-widget': 'textarea' }, 'textarea'],
    [{ type: 'string', 'x-widget': 'unheard-of' }, 'text'],
  ])('%j is edited as %s', (schema, widget) => {
    expect(widgetOf(schema)).toBe(widget);
  });
});

describe('fieldsOf', () => {
  it('says what is required, optional, and how choices are called', () => {
    const schema: Schema = {
      required: ['to'],
      properties: {
        to: { type: 'string', title: 'To' },
        limit: { type: 'integer', title: 'Limit' },
        how: { enum: ['not_any', 'all'], default: 'all', title: 'How Many' },
      },
    };
    const fields = fieldsOf(schema, {});
    expect(fields.map(({ title, required, optional }) => [title, required, optional])).toEqual([
      ['To', true, false],
      ['Limit', false, true],
      ['How many', false, false],
    ]);
    expect(fields[2]?.choices).toEqual([
      { value: 'not_any', label: 'Not any' },
      { value: 'all', label: 'All' },
    ]);
  });
});

describe('problems', () => {
  const check = (property: Schema, value: unknown, required = false) =>
    problems({ required: required ? ['a'] : [], properties: { a: property } }, { a: value }).map(
      ({ message }) => message,
    );

  it('asks for what is required', () => {
    expect(check({ type: 'string' }, undefined, true)).toEqual(['Please fill this in.']);
    expect(check({ type: 'array', items: {} }, [], true)).toEqual(['Please fill this in.']);
    expect(check({ type: 'string' }, undefined)).toEqual([]);
  });

  it('takes missing for a value of a cell', () => {
    expect(check({ 'x-widget': 'cell' }, null, true)).toEqual([]);
    expect(check({ 'x-widget': 'cell' }, '', true)).toEqual([]);
  });

  it('keeps numbers in their bounds', () => {
    expect(check({ type: 'integer', minimum: 1 }, 0)).toEqual(['At least 1.']);
    expect(check({ type: 'integer' }, 1.5)).toEqual(['Please give a whole number.']);
    expect(check({ type: 'number', exclusiveMinimum: 0 }, 0)).toEqual(['More than 0.']);
    expect(check({ type: 'number', maximum: 1 }, NaN)).toEqual(['Please give a number.']);
  });

  it('keeps texts and lists to their size and form', () => {
    expect(check({ type: 'string', pattern: '^a' }, 'b')).toEqual(['This does not have the right form.']);
    expect(check({ type: 'array', minItems: 2, items: {} }, ['x'])).toEqual(['At least 2.']);
  });
});

describe('errors of the server', () => {
  const errors = [
    { path: 'columns.0', message: 'No such column.' },
    { path: 'by.1.column', message: 'Not a number.' },
    { path: 'column', message: 'Other.' },
  ];

  it('go to the field whose name begins their path', () => {
    expect(messagesFor('columns', errors)).toEqual(['No such column.']);
    expect(messagesFor('column', errors)).toEqual(['Other.']);
  });

  it('go into the item of a list', () => {
    expect(within('by', 1, errors)).toEqual([{ path: 'column', message: 'Not a number.' }]);
    expect(within('by', 0, errors)).toEqual([]);
  });
});
