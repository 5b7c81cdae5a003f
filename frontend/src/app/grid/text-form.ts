/** The text form of values: what the grid shows and what CSV writes; and the way back, for edits. */

import type { Cell, ColumnType } from './contract';

const BARE_INTEGER = /^-?\d+$/;

/** The text of a value that is not missing. */
export function textForm(value: NonNullable<Cell>, type: ColumnType): string {
  const text = String(value);
  return type === 'decimal' && BARE_INTEGER.test(text) ? `${text}.0` : text;
}

/** Whether two cells read the same; missing equals only missing. */
export function sameText(a: Cell, aType: ColumnType, b: Cell, bType: ColumnType = aType): boolean {
  if (a === null || b === null) return a === b;
  return textForm(a, aType) === textForm(b, bType);
}

export type Reading = { readonly value: Cell } | { readonly problem: string };

const INTEGER_LOW = -(2n ** 63n);
const INTEGER_HIGH = 2n ** 63n - 1n;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** Read typed text as a value of the column's type, in wire form, or say why it is none. */
export function readText(text: string, type: ColumnType): Reading {
  switch (type) {
    case 'text':
      return { value: text };
    case 'integer':
      return readInteger(text.trim());
    case 'decimal':
      return readDecimal(text.trim());
    case 'boolean':
      return readBoolean(text.trim());
    case 'date':
      return isDate(text.trim()) ? { value: text.trim() } : wrong(text, 'a date such as 2024-01-31');
    case 'datetime':
      return readDatetime(text.trim());
  }
}

function wrong(text: string, expected: string): Reading {
  return { problem: `“${text}” is not ${expected}.` };
}

function readInteger(text: string): Reading {
  if (!/^[+-]?\d+$/.test(text)) return wrong(text, 'an integer');
  const exact = BigInt(text.replace(/^\+/, ''));
  if (exact < INTEGER_LOW || exact > INTEGER_HIGH) return wrong(text, 'an integer of at most 64 bits');
  const number = Number(exact);
  return { value: Number.isSafeInteger(number) ? number : String(exact) };
}

function readDecimal(text: string): Reading {
  if (/^[+-]?Infinity$/.test(text)) return { value: text.replace(/^\+/, '') };
  if (!DECIMAL.test(text)) return wrong(text, 'a decimal number such as 12.5');
  const number = Number(text);
  return Number.isFinite(number) ? { value: number } : wrong(text, 'a number below 1.8e308');
}

function readBoolean(text: string): Reading {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? { value: lower === 'true' } : wrong(text, 'true or false');
}

function readDatetime(text: string): Reading {
  const parts = DATETIME.exec(text);
  const [, date = '', hour = '', minute = '', second = '00', fraction = '', offset = ''] = parts ?? [];
  if (!parts || !isDate(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return wrong(text, 'a date and time such as 2024-01-31T09:30:00');
  }
  const trimmed = fraction.replace(/\.?0+$/, '');
  return { value: `${date}T${hour}:${minute}:${second}${trimmed}${offset}` };
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
