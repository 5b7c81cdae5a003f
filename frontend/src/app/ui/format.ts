const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const DECIMALS = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });
const DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 });
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `1234567` → `1,234,567` */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** A number for reading, with four decimals: `1234.56789` → `1,234.5679`. Below 1 five digits, very large and very small with an exponent. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) return value.toExponential(3);
  return (size < 1 ? DIGITS : DECIMALS).format(value);
}

/** `1234567` → `1.2M` */
export function compact(value: number): string {
  return COMPACT.format(value);
}

/** A part of a whole. Never `0%` for some and never `100%` for not all. */
export function percent(part: number, all: number): string {
  if (all === 0) return '0%';
  const share = part / all;
  if (share > 0 && share < 0.001) return '<0.1%';
  if (share < 1 && share > 0.999) return '>99.9%';
  return PERCENT.format(share);
}

/** `plural(1, 'row')` → `1 row`; `plural(1200, 'row')` → `1,200 rows` */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${whole(count)} ${count === 1 ? noun : many}`;
}

/** `1536` → `1.5 KB`; powers of 1024. */
export function bytes(count: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** Seconds as a person says them: `8 s`, `3 min`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ''}`;
}

/** How long ago a time was: `5 minutes ago`, `yesterday`; a date when it is more than four weeks. */
export function ago(time: string, now = Date.now()): string {
  const then = Date.parse(time);
  if (Number.isNaN(then)) return '';
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 45) return 'just now';
  if (seconds < 45 * 60) return RELATIVE.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 22 * 3600) return RELATIVE.format(-Math.round(seconds / 3600), 'hour');
  if (seconds < 28 * 86_400) return RELATIVE.format(-Math.round(seconds / 86_400), 'day');
  return new Date(then).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });
}

/** `fill_missing` → `Fill missing`, `Keep Original` → `Keep original`; anything else stays. */
export function humanise(name: string): string {
  if (!/^[A-Za-z][A-Za-z_ ]*$/.test(name)) return name;
  const text = name.replaceAll('_', ' ').replace(/\B[A-Z]+/g, (run) => run.toLowerCase());
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
