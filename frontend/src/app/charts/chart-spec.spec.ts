import { compile } from 'vega-lite';
import type { Chart } from './chart-data';
import { chartSpec } from './chart-spec';

const CHARTS: readonly Chart[] = [
  { type: 'histogram', edges: [0, 1, 2], counts: { a: [3, 4], b: [1, 0] } },
  {
    type: 'frequency',
    values: [
      ['x', 2],
      [null, 1],
      ['', 1],
    ],
    total: 4,
  },
  { type: 'scatter', points: { b: [[1, 2]] }, fits: { b: { slope: 1, intercept: 0, r2: 1, p: 0, n: 1 } } },
  {
    type: 'scatter',
    density: { b: { x_edges: [0, 1], y_edges: [0, 1], counts: [[5]] } },
    fits: { b: { slope: null, intercept: null, r2: null, p: null, n: 0 } },
  },
  { type: 'line', series: { b: [[1, 2]] } },
  { type: 'time_series', series: { b: [['2024-01-31', 2]] } },
  {
    type: 'box',
    boxes: [{ column: 'a', group: null, low: 0, q1: 1, median: 2, q3: 3, high: 4, outliers: [9], n: 5 }],
  },
  {
    type: 'correlation',
    columns: ['a', 'b'],
    r: [
      [1, 0.5],
      [0.5, null],
    ],
  },
];

describe('chartSpec', () => {
  it.each(CHARTS)('$type compiles without a warning', (chart) => {
    const warnings: string[] = [];
    const logger = {
      level: () => logger,
      error: (text: string) => (warnings.push(text), logger),
      warn: (text: string) => (warnings.push(text), logger),
      info: () => logger,
      debug: () => logger,
    };
    compile(chartSpec(chart, { title: 'Chart', x: 'a' }, 400), { logger: logger as never });
    expect(warnings).toEqual([]);
  });

  it('draws a date where it is written, whatever the zone of the browser', () => {
    const spec = chartSpec(
      {
        type: 'time_series',
        series: {
          b: [
            ['2024-01-31', 2],
            ['2024-01-31T09:30:00', 3],
          ],
        },
      },
      { title: '', x: 'a' },
      400,
    );
    expect(spec).toMatchObject({
      data: { values: [{ x: Date.UTC(2024, 0, 31) }, { x: Date.UTC(2024, 0, 31, 9, 30) }] },
    });
  });
});
