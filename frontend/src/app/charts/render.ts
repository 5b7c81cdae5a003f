/** Draws with Vega, without evaluating code: the expressions are interpreted, as the content policy demands. */
import { View, parse } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';

export type Brushed = readonly [low: number, high: number] | null;

export interface Drawing {
  png(): Promise<string>;
  svg(): Promise<string>;
  remove(): void;
}

/** The colours in which a chart is drawn. */
export interface ChartColours {
  readonly text: string;
  readonly line: string;
  readonly accent: string;
}

const SERIES = ['#1f77b4', '#e07b00', '#2a9d5c', '#c2408d', '#7b61c4', '#8c6d31', '#17a2b8', '#d0473f'];

export async function draw(
  host: HTMLElement,
  spec: TopLevelSpec,
  colours: ChartColours,
  brushed: (span: Brushed) => void,
): Promise<Drawing> {
  const { spec: compiled } = compile(spec, { config: config(colours) });
  const view = new View(parse(compiled, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'svg',
    container: host,
    hover: true,
  });
  if (JSON.stringify(spec).includes('"brush"')) {
    view.addSignalListener('brush', (_name: string, value: unknown) => brushed(span(value)));
  }
  await view.runAsync();
  host.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  return {
    png: () => view.toImageURL('png', 2),
    svg: () => view.toSVG(),
    remove: () => view.finalize(),
  };
}

/** A brush names the field it lies on; there is only one. */
function span(value: unknown): Brushed {
  const [range] = Object.values((value ?? {}) as Record<string, unknown>);
  return Array.isArray(range) && range.length === 2 ? [Number(range[0]), Number(range[1])] : null;
}

function config({ text, line, accent }: ChartColours): Config {
  const axis = { labelColor: text, titleColor: text, gridColor: line, domainColor: line, tickColor: line };
  return {
    background: 'transparent',
    font: 'system-ui, sans-serif',
    aria: false,
    mark: { color: accent },
    axis: { ...axis, labelFontSize: 11, titleFontSize: 12, titleFontWeight: 500 },
    legend: { labelColor: text, titleColor: text, labelLimit: 200 },
    range: { category: SERIES },
    rule: { color: text },
    line: { color: accent },
    view: { stroke: null },
  };
}
