import { Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import type { Cell, Condition, Facet as FacetData } from '../../protocol/messages';
import { SessionStore } from '../../session/session-store';
import { isAbort, sentence } from '../../transport/errors';
import { whole } from '../../ui/format';

const PAGE = 12;
const TYPING_MS = 250;

/** The values of a column with their counts, to tick. */
@Component({
  selector: 'wl-facet',
  templateUrl: './facet.html',
  styleUrl: './facet.scss',
})
export class Facet {
  readonly column = input.required<string>();
  /** The rows among which values are counted. */
  readonly where = input.required<Condition | null>();
  readonly chosen = input.required<readonly Cell[]>();
  readonly exclude = input.required<boolean>();
  readonly chosenChange = output<readonly Cell[]>();
  readonly excludeChange = output<boolean>();

  private readonly session = inject(SessionStore);

  protected readonly search = signal('');
  protected readonly order = signal<'count' | 'value'>('count');
  private readonly count = signal(PAGE);
  private readonly facet = signal<FacetData>({ total: 0, values: [] });
  protected readonly problem = signal<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly total = computed(() => this.facet().total);
  protected readonly hasMore = computed(() => this.facet().values.length < this.total());
  protected readonly searchable = computed(() => this.total() > PAGE || this.search() !== '');
  /** The ticked values stay in sight, also when the others push them off the page. */
  protected readonly rows = computed(() => {
    const { values } = this.facet();
    const listed = new Set(values.map(([value]) => value));
    const most = Math.max(1, ...values.map(([, count]) => count));
    const row = (value: Cell, count: number | null) => ({
      value,
      text: value === null ? 'missing' : value === '' ? 'empty text' : String(value),
      quiet: value === null || value === '',
      count: count === null ? '' : whole(count),
      width: ((count ?? 0) * 100) / most,
      ticked: this.chosen().includes(value),
    });
    const hidden = this.chosen().filter((value) => !listed.has(value));
    return [...hidden.map((value) => row(value, null)), ...values.map(([value, count]) => row(value, count))];
  });

  constructor() {
    effect((onCleanup) => {
      const abort = new AbortController();
      onCleanup(() => abort.abort());
      this.session.version();
      const where = this.where();
      const search = this.search();
      const request = {
        column: this.column(),
        order: this.order(),
        from: 0,
        count: this.count(),
        ...(search === '' ? {} : { search }),
        ...(where === null ? {} : { view: { where, sort: [] } }),
      };
      if (!this.session.ready()) return;
      untracked(() => void this.load(request, abort.signal));
    });
  }

  protected typed(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search.set(text), TYPING_MS);
  }

  protected toggle(value: Cell, ticked: boolean): void {
    const others = this.chosen().filter((other) => other !== value);
    this.chosenChange.emit(ticked ? [...others, value] : others);
  }

  protected more(): void {
    this.count.update((count) => Math.min(1000, count * 4));
  }

  private async load(request: Parameters<typeof this.request>[0], signal: AbortSignal): Promise<void> {
    try {
      this.facet.set(await this.request(request, signal));
      this.problem.set(null);
    } catch (error) {
      if (!isAbort(error)) this.problem.set(sentence(error));
    }
  }

  private request(
    request: { column: string; order: 'count' | 'value'; from: number; count: number },
    signal: AbortSignal,
  ): Promise<FacetData> {
    return this.session.call('column.values', request, { signal, retry: true });
  }
}
