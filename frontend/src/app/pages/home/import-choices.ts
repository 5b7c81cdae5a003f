/** The choices of an import, as people call them. */

export interface NamedChoice {
  readonly value: string;
  readonly name: string;
}

export const FORMATS: readonly NamedChoice[] = [
  { value: 'csv', name: 'CSV' },
  { value: 'tsv', name: 'TSV' },
  { value: 'json', name: 'JSON' },
  { value: 'jsonl', name: 'JSON Lines' },
  { value: 'xlsx', name: 'Excel (xlsx)' },
  { value: 'xls', name: 'Excel (xls)' },
  { value: 'xlsb', name: 'Excel (xlsb)' },
  { value: 'ods', name: 'OpenDocument' },
  { value: 'parquet', name: 'Parquet' },
  { value: 'arrow', name: 'Arrow' },
];

export const SEPARATORS: readonly NamedChoice[] = [
  { value: ',', name: 'Comma ,' },
  { value: ';', name: 'Semicolon ;' },
  { value: '\t', name: 'Tab' },
  { value: '|', name: 'Bar |' },
  { value: ' ', name: 'Space' },
];

export const ENCODINGS: readonly string[] = [
  'utf-8',
  'utf-16',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'shift_jis',
  'gb18030',
  'euc-kr',
];

export const QUOTES: readonly NamedChoice[] = [
  { value: '"', name: 'Double "' },
  { value: "'", name: "Single '" },
  { value: '', name: 'None' },
];

const DELIMITED = ['csv', 'tsv'];
const SHEETS = ['xlsx', 'xls', 'xlsb', 'ods'];

export const isDelimited = (format: string | null | undefined): boolean => DELIMITED.includes(format ?? '');
export const hasSheets = (format: string | null | undefined): boolean => SHEETS.includes(format ?? '');
