import {
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { ChartDrawing } from '../../charts/chart';
import { asChart, type Chart, type Fit } from '../../charts/chart-data';
import { CHART_KINDS, type ChartType } from '../../charts/chart-kinds';
import { chartSpec } from '../../charts/chart-spec';
import type { Brushed } from '../../charts/render';
import { problems, type Values } from '../../forms/fields';
import { SchemaForm } from '../../forms/schema-form';
import type { Cell, Column } from '../../protocol/messages';
import { sendable } from '../../protocol/visibility';
import { FilterStore } from '../../session/filters';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { saveBlob } from '../../transport/download';
import { isAbort, sentence } from '../../transport/errors';
import { plural, short } from '../../ui/format';
import { Icon } from '../../ui/icon';

const LEAST_WIDTH = 280;
const PADDING = 32;

/** Builds charts of the rows that the filters let through. */
@Component({
  selector: 'wl-visualize-view',
  imports: [ChartDrawing, Icon, MatButtonModule, MatMenuModule, SchemaForm],
  templateUrl: './visualize-view.html',
  styleUrl: './visualize-view.scss',
})
export class VisualizeView {
  protected readonly session = inject(SessionStore);
  private readonly table = inject(TableStore);
  private readonly filters = inject(FilterStore);
  private readonly drawing = viewChild(ChartDrawing);

  protected readonly kinds = CHART_KINDS;
  protected readonly kind = signal(CHART_KINDS[0] as (typeof CHART_KINDS)[number]);
  protected readonly values = signal<Values>({});
  protected readonly chart = signal<Chart | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly loading = signal(false);
  protected readonly span = signal<Brushed>(null);
  private readonly width = signal(640);

  protected readonly request = computed(() => {
    const { schema, type } = this.kind();
    return problems(schema, this.values()).length > 0 ? null : { ...sendable(schema, this.values()), type };
  });
  protected readonly title = computed(() => {
    const names = Object.values(this.values()).filter(
      (value) => typeof value === 'string' || Array.isArray(value),
    );
    return `${this.kind().label} of ${names.flat().join(', ') || 'all number columns'}`;
  });
  protected readonly spec = computed(() => {
    const chart = this.chart();
    const x = this.across();
    return chart && chartSpec(chart, { title: this.title(), ...(x ? { x: x.name } : {}) }, this.width());
  });
  protected readonly fits = computed(() => {
    const chart = this.chart();
    return chart?.type === 'scatter'
      ? Object.entries(chart.fits).map(([name, fit]) => fitWords(name, fit))
      : [];
  });
  /** The column along which a brush lies. */
  private readonly across = computed<Column | undefined>(() => {
    const { x, columns } = this.values();
    const name =
      typeof x === 'string' ? x : Array.isArray(columns) && columns.length === 1 ? columns[0] : undefined;
    return this.session.columns().find((column) => column.name === name);
  });
  protected readonly filterWords = computed(() => {
    const column = this.across();
    return this.span() && column ? `Filter by this range of ${column.name}` : null;
  });

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    const observer = new ResizeObserver(() => {
      const pane = host.querySelector('.pane')?.clientWidth ?? host.clientWidth;
      this.width.set(Math.max(LEAST_WIDTH, pane - PADDING));
    });
    observer.observe(host);
    inject(DestroyRef).onDestroy(() => observer.disconnect());
    this.begin();
    effect((onCleanup) => {
      const request = this.request();
      const shown = this.table.shown();
      if (!request || !shown) return;
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      const view = shown.view.where === null ? {} : { view: { where: shown.view.where, sort: [] } };
      untracked(() => void this.load({ ...request, ...view }, abort.signal));
    });
  }

  protected choose(type: string): void {
    this.kind.set(CHART_KINDS.find((kind) => kind.type === type) ?? this.kind());
    this.begin();
  }

  protected savePng(): void {
    void this.drawing()?.savePng(this.title());
  }

  protected saveSvg(): void {
    void this.drawing()?.saveSvg(this.title());
  }

  protected saveSpec(): void {
    const text = JSON.stringify(this.spec(), null, 2);
    saveBlob(new Blob([text], { type: 'application/json' }), `${this.title()}.vl.json`);
  }

  protected filter(): void {
    const span = this.span();
    const column = this.across();
    if (!span || !column) return;
    const [low, high] = span.map((value, end) => bound(value, column, end === 0));
    this.filters.add({ kind: 'range', column: column.name, low: low ?? null, high: high ?? null });
    this.span.set(null);
  }

  /** Begin with the selected columns where they fit, else with the first that do. */
  private begin(): void {
    this.chart.set(null);
    this.span.set(null);
    this.values.set(firstValues(this.kind().schema, this.table.selectedColumns(), this.session.columns()));
  }

  private async load(request: { type: ChartType }, signal: AbortSignal): Promise<void> {
    this.loading.set(true);
    this.problem.set(null);
    try {
      this.chart.set(
        asChart(request.type, await this.session.call('chart.data', request, { signal, retry: true })),
      );
      this.span.set(null);
    } catch (error) {
      if (isAbort(error)) return;
      this.chart.set(null);
      this.problem.set(sentence(error));
    } finally {
      if (!signal.aborted) this.loading.set(false);
    }
  }
}

function firstValues(
  schema: (typeof CHART_KINDS)[number]['schema'],
  selected: readonly Column[],
  all: readonly Column[],
): Values {
  const taken = new Set<string>();
  const values = (schema.required ?? []).flatMap((name) => {
    const property = schema.properties?.[name];
    const types = property?.['x-column'] ?? property?.items?.['x-column'] ?? [];
    const free = (column: Column) => types.includes(column.type) && !taken.has(column.name);
    const column = selected.find(free) ?? all.find(free);
    if (!column) return [];
    taken.add(column.name);
    return [[name, property?.type === 'array' ? [column.name] : column.name] as const];
  });
  return Object.fromEntries(values);
}

/** A place on the axis as a value of its column. */
function bound(value: number, { type }: Column, low: boolean): Cell {
  if (type === 'integer') return low ? Math.ceil(value) : Math.floor(value);
  if (type === 'date') return new Date(value).toISOString().slice(0, 10);
  return type === 'datetime' ? new Date(value).toISOString().slice(0, 19) : value;
}

function fitWords(name: string, { slope, intercept, r2, p, n }: Fit): string {
  if (slope === null || intercept === null) return `${name}: no line fits (${plural(n, 'row')})`;
  const line = `${name} = ${short(slope)} · x ${intercept < 0 ? '−' : '+'} ${short(Math.abs(intercept))}`;
  const quality = [
    r2 === null ? '' : `R² ${short(r2)}`,
    p === null ? '' : `p ${p < 0.001 ? '< 0.001' : short(p)}`,
  ];
  return [line, ...quality.filter(Boolean), plural(n, 'row')].join(', ');
}
