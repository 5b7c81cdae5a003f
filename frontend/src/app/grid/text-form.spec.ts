import { describe, expect, it } from 'vitest';

import type { Cell, ColumnType } from './contract';
import { readText, sameText, textForm } from './text-form';

describe('textForm', () => {
  it.each<[NonNullable<Cell>, ColumnType, string]>([
    [2, 'decimal', '2.0'],
    [-3, 'decimal', '-3.0'],
    [0, 'decimal', '0.0'],
    [-0, 'decimal', '0.0'],
    [2.5, 'decimal', '2.5'],
    [0.1 + 0.2, 'decimal', '0.30000000000000004'],
    [1e15, 'decimal', '1000000000000000.0'],
    [1e20, 'decimal', '100000000000000000000.0'],
    [1e21, 'decimal', '1e+21'],
    [1e300, 'decimal', '1e+300'],
    [1e-6, 'decimal', '0.000001'],
    [1e-7, 'decimal', '1e-7'],
    ['Infinity', 'decimal', 'Infinity'],
    ['-Infinity', 'decimal', '-Infinity'],
    [2, 'integer', '2'],
    ['9223372036854775807', 'integer', '9223372036854775807'],
    [true, 'boolean', 'true'],
    ['2024-01-31', 'date', '2024-01-31'],
    ['2024-01-31T09:30:00.5+02:00', 'datetime', '2024-01-31T09:30:00.5+02:00'],
    ['2', 'text', '2'],
    ['', 'text', ''],
  ])('of %s (%s) is %s', (value, type, expected) => {
    expect(textForm(value, type)).toBe(expected);
  });
});

/** The vectors shared with the server, where the repository around the front end has them. */
interface Vector {
  readonly kind: ColumnType;
  readonly wire: NonNullable<Cell>;
  readonly text: string;
}
declare const process: {
  cwd(): string;
  getBuiltinModule(name: 'node:fs'): {
    existsSync(path: string): boolean;
    readFileSync(path: string, encoding: 'utf8'): string;
  };
};
const vectorsPath = `${process.cwd()}/../tests/vectors/text_form.json`;
const files = process.getBuiltinModule('node:fs');

describe.skipIf(!files.existsSync(vectorsPath))('the vectors shared with the server', () => {
  it('read the same here', () => {
    const vectors = JSON.parse(files.readFileSync(vectorsPath, 'utf8')) as Vector[];
    const ours = vectors.map((vector) => ({ ...vector, text: textForm(vector.wire, vector.kind) }));
    expect(ours).toEqual(vectors);
    expect(vectors.length).toBeGreaterThan(10);
  });
});

describe('sameText', () => {
  it('tells missing from empty text, and 2 from 2.0', () => {
    expect(sameText(null, 'text', '')).toBe(false);
    expect(sameText(null, 'text', null)).toBe(true);
    expect(sameText(2, 'integer', 2, 'decimal')).toBe(false);
    expect(sameText('2', 'text', 2, 'integer')).toBe(true);
  });
});

describe('readText', () => {
  it.each<[string, ColumnType, Cell]>([
    ['', 'text', ''],
    [' a ', 'text', ' a '],
    ['12', 'integer', 12],
    [' +12 ', 'integer', 12],
    ['9007199254740991', 'integer', 9007199254740991],
    ['9007199254740993', 'integer', '9007199254740993'],
    ['-9223372036854775808', 'integer', '-9223372036854775808'],
    ['1.50', 'decimal', 1.5],
    ['.5', 'decimal', 0.5],
    ['1e3', 'decimal', 1000],
    ['-Infinity', 'decimal', '-Infinity'],
    ['TRUE', 'boolean', true],
    ['2024-02-29', 'date', '2024-02-29'],
    ['0099-12-31', 'date', '0099-12-31'],
    ['2024-01-31 09:30', 'datetime', '2024-01-31T09:30:00'],
    ['2024-01-31T09:30:00.1200Z', 'datetime', '2024-01-31T09:30:00.12Z'],
  ])('reads %j as %s', (text, type, value) => {
    expect(readText(text, type)).toEqual({ value });
  });

  it.each<[string, ColumnType]>([
    ['1.5', 'integer'],
    ['0x1F', 'integer'],
    ['9223372036854775808', 'integer'],
    ['1,5', 'decimal'],
    ['nan', 'decimal'],
    ['1e999', 'decimal'],
    ['yes', 'boolean'],
    ['2023-02-29', 'date'],
    ['31/01/2024', 'date'],
    ['2024-01-31T25:00', 'datetime'],
  ])('refuses %j as %s', (text, type) => {
    expect(readText(text, type)).toHaveProperty('problem');
  });

  it('says what was expected', () => {
    expect(readText('abc', 'integer')).toEqual({ problem: '“abc” is not an integer.' });
  });
});
