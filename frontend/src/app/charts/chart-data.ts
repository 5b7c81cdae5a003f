/** The answers of `chart.data`, by type of chart; parsed here because the server leaves them open. */
import type { Cell, ChartData, ValueCount } from '../protocol/messages';
import type { ChartType } from './chart-kinds';

export type Point = readonly [x: Cell, y: Cell];

export interface Fit {
  readonly slope: number | null;
  readonly intercept: number | null;
  readonly r2: number | null;
  readonly p: number | null;
  readonly n: number;
}

export interface Density {
  readonly x_edges: readonly number[];
  readonly y_edges: readonly number[];
  readonly counts: readonly (readonly number[])[];
}

export interface Box {
  readonly column: string;
  readonly group?: Cell;
  readonly low: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly high: number;
  readonly outliers: readonly number[];
  readonly n: number;
}

type ByName<T> = Readonly<Record<string, T>>;

export type Chart =
  | {
      readonly type: 'histogram';
      readonly edges: readonly number[];
      readonly counts: ByName<readonly number[]>;
    }
  | { readonly type: 'frequency'; readonly values: readonly ValueCount[]; readonly total: number }
  | {
      readonly type: 'scatter';
      readonly points?: ByName<readonly Point[]>;
      readonly density?: ByName<Density>;
      readonly fits: ByName<Fit>;
    }
  | { readonly type: 'line' | 'time_series'; readonly series: ByName<readonly Point[]> }
  | { readonly type: 'box'; readonly boxes: readonly Box[] }
  | {
      readonly type: 'correlation';
      readonly columns: readonly string[];
      readonly r: readonly (readonly (number | null)[])[];
    };

/** The answer, with the type of chart it was asked for. */
export function asChart(type: ChartType, data: ChartData): Chart {
  return { ...data, type } as unknown as Chart;
}
