import { TestBed, type ComponentFixture } from '@angular/core/testing';
import type { Column, FieldError } from '../protocol/messages';
import { flatten, type Schema } from '../protocol/schema';
import type { Values } from './fields';
import { SchemaForm } from './schema-form';

const COLUMNS: readonly Column[] = [
  { name: 'city', type: 'text', missing: 0 },
  { name: 'fare', type: 'decimal', missing: 2 },
];

/** Every form of parameter that the contract knows, written as pydantic does. */
const EVERYTHING = flatten({
  $defs: {
    Key: {
      type: 'object',
      title: 'Key',
      required: ['column'],
      properties: {
        column: { type: 'string', title: 'Column', 'x-column': ['text', 'decimal'] },
        descending: { type: 'boolean', title: 'Descending', default: false },
      },
    },
    Replacement: {
      type: 'object',
      properties: { find: { 'x-widget': 'cell' }, replace: { 'x-widget': 'cell' } },
    },
  },
  properties: {
    op: { const: 'everything', type: 'string' },
    column: { type: 'string', title: 'Column', 'x-column': ['text'] },
    columns: { type: 'array', title: 'Columns', items: { type: 'string', 'x-column': ['text', 'decimal'] } },
    using: { enum: ['value', 'mean'], title: 'Using', default: 'value' },
    value: { title: 'Value', 'x-widget': 'cell', 'x-show-if': { using: 'value' } },
    kinds: { type: 'array', title: 'Kinds', items: { enum: ['digits', 'accents'] } },
    limit: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], title: 'Limit', default: null },
    to: { type: 'string', title: 'To' },
    pattern: { type: 'string', title: 'Pattern', 'x-widget': 'regex' },
    format: { type: 'string', title: 'Format', 'x-widget': 'date-format' },
    text: { type: 'string', title: 'Text', 'x-widget': 'textarea' },
    by: { type: 'array', title: 'By', items: { $ref: '#/$defs/Key' } },
    replacements: {
      type: 'array',
      title: 'Replacements',
      'x-widget': 'mapping',
      items: { $ref: '#/$defs/Replacement' },
    },
    where: { type: 'object', title: 'Where', 'x-widget': 'condition' },
    rows: { type: 'array', title: 'Rows', 'x-widget': 'rows' },
    edges: { type: 'array', title: 'Edges', items: { type: 'number' } },
    into: { type: 'array', title: 'Into', items: { type: 'string' } },
    values: { type: 'array', title: 'Values', items: { 'x-widget': 'cell' } },
    collapse: { type: 'boolean', title: 'Collapse', default: false },
  },
});

describe('SchemaForm', () => {
  let fixture: ComponentFixture<SchemaForm>;
  const page = () => fixture.nativeElement as HTMLElement;
  const values = () => fixture.componentInstance.values();
  const control = <T extends HTMLElement>(label: string): T => {
    const labels = [...page().querySelectorAll('.field-label'), ...page().querySelectorAll('.check')];
    const found = labels.find((item) => item.textContent.trim().startsWith(label));
    const id = found?.getAttribute('for');
    return (id ? page().querySelector(`#${id}`) : found?.querySelector('input')) as T;
  };

  async function show(
    schema: Schema,
    initial: Values = {},
    errors: readonly FieldError[] = [],
  ): Promise<void> {
    fixture = TestBed.createComponent(SchemaForm);
    fixture.componentRef.setInput('schema', schema);
    fixture.componentRef.setInput('columns', COLUMNS);
    fixture.componentRef.setInput('values', initial);
    fixture.componentRef.setInput('errors', errors);
    await fixture.whenStable();
  }

  async function type(box: HTMLInputElement, text: string): Promise<void> {
    box.value = text;
    box.dispatchEvent(new Event('input'));
    await fixture.whenStable();
  }

  it('draws every form of parameter, each with a label that names a control', async () => {
    await show(EVERYTHING);
    const labels = [...page().querySelectorAll('.field-label')].map(
      (label) => label.textContent.trim().split(/\s/)[0],
    );
    expect(labels).toEqual([
      'Column',
      'Columns',
      'Using',
      'Value',
      'Kinds',
      'Limit',
      'To',
      'Pattern',
      'Format',
      'Text',
      'By',
      'Replacements',
      'Where',
      'Rows',
      'Edges',
      'Into',
      'Values',
    ]);
    expect(control('Collapse')).toBeInstanceOf(HTMLInputElement);
  });

  it('hides a parameter that plays no part', async () => {
    await show(EVERYTHING);
    const using = control<HTMLSelectElement>('Using');
    using.value = '1';
    using.dispatchEvent(new Event('change'));
    await fixture.whenStable();
    expect(values()).toEqual({ using: 'mean' });
    expect(page().textContent).not.toContain('Value optional');
  });

  it('reads a value by the type of the chosen column, and tells missing from empty', async () => {
    await show(EVERYTHING, { column: 'fare' });
    await type(control('Value'), '2.5');
    expect(values()['value']).toBe(2.5);
    await show(EVERYTHING, { column: 'city' });
    await type(control('Value'), '2.5');
    expect(values()['value']).toBe('2.5');
  });

  it('reads rows and numbers', async () => {
    await show(EVERYTHING);
    await type(control('Rows'), '1-3, 5');
    await type(control('Limit'), '7');
    expect(values()).toEqual({ rows: [[0, 2], 4], limit: 7 });
    await type(control('Limit'), '');
    expect(values()).toEqual({ rows: [[0, 2], 4] });
  });

  it('keeps one of several alternatives', async () => {
    const schema: Schema = {
      'x-one-of': ['separator', 'pattern'],
      properties: {
        separator: { type: 'string', title: 'Separator' },
        pattern: { type: 'string', title: 'Pattern' },
      },
    };
    await show(schema, { separator: ',' });
    const [, pattern] = page().querySelectorAll<HTMLInputElement>('input[type=radio]');
    pattern?.dispatchEvent(new Event('change'));
    await fixture.whenStable();
    expect(Object.keys(values())).toEqual(['pattern']);
    await type(control('Pattern'), ';');
    expect(values()).toEqual({ pattern: ';' });
  });

  it('shows the server’s faults at their fields, those in lists in their place, and others above', async () => {
    await show(EVERYTHING, { by: [{}] }, [
      { path: 'to', message: 'That name is taken.' },
      { path: 'by.0.column', message: 'Please choose one.' },
      { path: 'op', message: 'Not on this server.' },
    ]);
    expect(control('To').getAttribute('aria-invalid')).toBe('true');
    const below = page().querySelector(`#${control('To').getAttribute('aria-describedby')}`);
    expect(below?.textContent.trim()).toBe('That name is taken.');
    expect(page().querySelector('wl-schema-form')?.textContent).toContain('Please choose one.');
    expect(page().querySelector('.problem')?.textContent).toBe('Not on this server.');
  });

  it('keeps quiet about what is empty until somebody wants to go on', async () => {
    const schema: Schema = { required: ['to'], properties: { to: { type: 'string', title: 'To' } } };
    await show(schema);
    expect(page().querySelector('.error-text')).toBeNull();
    expect(fixture.componentInstance.valid()).toBe(false);
    fixture.componentRef.setInput('strict', true);
    await fixture.whenStable();
    expect(page().querySelector('.error-text')?.textContent).toBe('Please fill this in.');
  });
});
