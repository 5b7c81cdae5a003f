/** From the data of a chart to a Vega-Lite specification: no drawing, no colours of a theme. */
import type { TopLevelSpec } from 'vega-lite';
import type { Cell } from '../protocol/messages';
import type { Box, Chart, Density, Fit, Point } from './chart-data';

export interface ChartNames {
  /** What lies across, for charts that have such a column. */
  readonly x?: string;
  readonly title: string;
}

type Spec = TopLevelSpec;

const HEIGHT = 380;
const BRUSH = [{ name: 'brush', select: { type: 'interval' as const, encodings: ['x' as const] } }];
const SERIES = { field: 'series', type: 'nominal' as const, title: null };

/** The specification of a chart so many pixels wide. A brush is named `brush` and selects along x. */
export function chartSpec(chart: Chart, names: ChartNames, width: number): Spec {
  const frame = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json' as const,
    description: names.title,
    autosize: { type: 'fit' as const, contains: 'padding' as const },
    width,
    height: HEIGHT,
  };
  switch (chart.type) {
    case 'histogram':
      return { ...frame, ...histogram(chart.edges, chart.counts) } as Spec;
    case 'frequency':
      return {
        ...frame,
        ...frequency(chart.values),
        height: Math.max(120, chart.values.length * 20),
      } as Spec;
    case 'scatter':
      return { ...frame, ...scatter(chart, names.x ?? '') } as Spec;
    case 'line':
    case 'time_series':
      return { ...frame, ...lines(chart.series, names.x ?? '', chart.type === 'time_series') } as Spec;
    case 'box':
      return { ...frame, ...boxes(chart.boxes) } as Spec;
    case 'correlation':
      return { ...frame, ...correlation(chart.columns, chart.r) } as Spec;
  }
}

function histogram(edges: readonly number[], counts: Readonly<Record<string, readonly number[]>>) {
  const values = Object.entries(counts).flatMap(([series, heights]) =>
    heights.map((count, bin) => ({ series, from: edges[bin], to: edges[bin + 1], count })),
  );
  const several = Object.keys(counts).length > 1;
  return {
    data: { values },
    params: BRUSH,
    mark: { type: 'bar', tooltip: true, binSpacing: 1, opacity: several ? 0.6 : 1 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        bin: { binned: true },
        title: several ? null : values[0]?.series,
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: 'Rows', stack: null },
      ...(several ? { color: SERIES } : {}),
    },
  };
}

function frequency(counts: readonly (readonly [Cell, number])[]) {
  return {
    data: { values: counts.map(([value, count]) => ({ value: label(value), count })) },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      y: { field: 'value', type: 'nominal', sort: null, title: null, axis: { labelLimit: 240 } },
      x: { field: 'count', type: 'quantitative', title: 'Rows' },
    },
  };
}

function scatter(chart: Extract<Chart, { type: 'scatter' }>, x: string) {
  if (chart.density)
    return {
      layer: [...densityLayers(chart.density, x), fitLayer(chart.fits, extentOfEdges(chart.density))],
    };
  const points = chart.points ?? {};
  return { layer: [pointLayer(points, x), fitLayer(chart.fits, extentOfPoints(points))] };
}

function pointLayer(points: Readonly<Record<string, readonly Point[]>>, x: string) {
  return {
    data: {
      values: Object.entries(points).flatMap(([series, list]) =>
        list.map(([a, b]) => ({ series, x: a, y: b })),
      ),
    },
    params: BRUSH,
    mark: { type: 'point', filled: true, size: 20, opacity: 0.45, tooltip: true },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: { zero: false } },
      y: { field: 'y', type: 'quantitative', title: null, scale: { zero: false } },
      color: SERIES,
    },
  };
}

/** Counts of all rows on a raster; several columns lie over one another. */
function densityLayers(density: Readonly<Record<string, Density>>, x: string) {
  return Object.entries(density).map(([series, { x_edges, y_edges, counts }], place) => ({
    data: {
      values: counts.flatMap((column, i) =>
        column.flatMap((count, j) =>
          count === 0
            ? []
            : [{ series, count, x0: x_edges[i], x1: x_edges[i + 1], y0: y_edges[j], y1: y_edges[j + 1] }],
        ),
      ),
    },
    ...(place === 0 ? { params: BRUSH } : {}),
    mark: { type: 'rect', tooltip: true },
    encoding: {
      x: { field: 'x0', type: 'quantitative', title: x, scale: { zero: false, nice: false } },
      x2: { field: 'x1' },
      y: { field: 'y0', type: 'quantitative', title: series, scale: { zero: false, nice: false } },
      y2: { field: 'y1' },
      opacity: {
        field: 'count',
        type: 'quantitative',
        scale: { type: 'log', range: [0.12, 1] },
        legend: null,
      },
      color: SERIES,
    },
  }));
}

function fitLayer(fits: Readonly<Record<string, Fit>>, [low, high]: readonly [number, number]) {
  const values = Object.entries(fits).flatMap(([series, { slope, intercept }]) =>
    slope === null || intercept === null
      ? []
      : [low, high].map((x) => ({ series, x, y: slope * x + intercept })),
  );
  return {
    data: { values },
    mark: { type: 'line', strokeWidth: 2, strokeDash: [6, 4], clip: true },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'y', type: 'quantitative' },
      detail: { field: 'series' },
    },
  };
}

function extentOfEdges(density: Readonly<Record<string, Density>>): readonly [number, number] {
  return extent(Object.values(density).flatMap(({ x_edges }) => x_edges));
}

function extentOfPoints(points: Readonly<Record<string, readonly Point[]>>): readonly [number, number] {
  return extent(Object.values(points).flatMap((list) => list.map(([x]) => Number(x))));
}

function extent(values: readonly number[]): readonly [number, number] {
  const reduce = (better: (a: number, b: number) => number) =>
    values.reduce((a, b) => better(a, b), values[0] ?? 0);
  return [reduce(Math.min), reduce(Math.max)];
}

function lines(series: Readonly<Record<string, readonly Point[]>>, x: string, time: boolean) {
  const values = Object.entries(series).flatMap(([name, list]) =>
    list.map(([a, b]) => ({ series: name, x: time ? instant(a) : a, y: b })),
  );
  return {
    data: { values },
    params: BRUSH,
    mark: { type: 'line', strokeWidth: 1.5, tooltip: true },
    encoding: {
      x: {
        field: 'x',
        type: time ? 'temporal' : 'quantitative',
        title: x,
        scale: time ? { type: 'utc' } : { zero: false },
      },
      y: { field: 'y', type: 'quantitative', title: null, scale: { zero: false } },
      color: SERIES,
    },
  };
}

/** Milliseconds; a time without a zone is drawn as it is written, wherever the browser is. */
function instant(value: Cell): number | null {
  const text = String(value);
  const zoned = /(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : time;
}

function boxes(list: readonly Box[]) {
  const grouped = list.some((box) => box.group !== undefined && box.group !== null);
  const name = (box: Box) => (grouped ? label(box.group ?? null) : box.column);
  const values = list.map((box) => ({ ...box, name: name(box), series: box.column, outliers: undefined }));
  const outliers = list.flatMap((box) =>
    box.outliers.map((y) => ({ name: name(box), series: box.column, y })),
  );
  const across = {
    field: 'name',
    type: 'nominal',
    title: null,
    sort: null,
    axis: { labelAngle: 0, labelLimit: 120 },
  };
  const up = (field: string) => ({ field, type: 'quantitative', title: null, scale: { zero: false } });
  const beside =
    new Set(list.map((box) => box.column)).size > 1 && grouped ? { xOffset: { field: 'series' } } : {};
  return {
    data: { values },
    encoding: { x: across, color: SERIES, ...beside },
    layer: [
      { mark: { type: 'rule' }, encoding: { y: up('low'), y2: { field: 'high' } } },
      {
        mark: { type: 'bar', size: 26, opacity: 0.75, tooltip: true },
        encoding: { y: up('q1'), y2: { field: 'q3' } },
      },
      {
        mark: { type: 'tick', size: 26, thickness: 2 },
        encoding: { y: up('median'), color: { value: '#ffffff' } },
      },
      {
        data: { values: outliers },
        mark: { type: 'point', size: 14, opacity: 0.6 },
        encoding: { y: up('y') },
      },
    ],
  };
}

function correlation(columns: readonly string[], r: readonly (readonly (number | null)[])[]) {
  const values = columns.flatMap((row, i) =>
    columns.map((column, j) => ({ row, column, r: r[i]?.[j] ?? null })),
  );
  const side = (field: string) => ({
    field,
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelLimit: 140 },
  });
  return {
    data: { values },
    encoding: { x: side('column'), y: side('row') },
    layer: [
      {
        mark: { type: 'rect', tooltip: true },
        encoding: {
          color: {
            field: 'r',
            type: 'quantitative',
            title: 'r',
            scale: { domain: [-1, 1], scheme: 'redblue' },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 11 },
        encoding: {
          text: { field: 'r', type: 'quantitative', format: '.2f' },
          color: { condition: { test: 'abs(datum.r) > 0.6', value: '#ffffff' }, value: '#1b1b1f' },
        },
      },
    ],
  };
}

function label(value: Cell): string {
  if (value === null) return 'missing';
  return value === '' ? 'empty text' : String(value);
}
