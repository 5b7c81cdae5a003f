import { Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { textForm } from '../../grid/text-form';
import type { Cell, ColumnType, FileFormat, ImportOptions, ImportPreview } from '../../protocol/messages';
import { HttpApi } from '../../transport/http-api';
import { sentence } from '../../transport/errors';
import { Icon } from '../../ui/icon';
import { TypeMark } from '../../ui/type-mark';
import {
  ENCODINGS,
  FORMATS,
  QUOTES,
  SEPARATORS,
  hasSheets,
  isDelimited,
  type NamedChoice,
} from './import-choices';

const TYPES: readonly ColumnType[] = ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'];

/** Shows how a file would be read, and lets the person overrule what was detected. */
@Component({
  selector: 'wl-import-preview',
  imports: [Icon, MatButtonModule, TypeMark],
  templateUrl: './import-preview.html',
  styleUrl: './import-preview.scss',
})
export class ImportPreviewPanel {
  readonly upload = input.required<string>();
  readonly name = input.required<string>();
  readonly creating = input(false);
  readonly unsupported = output();
  readonly refused = output<unknown>();
  readonly confirmed = output<ImportOptions>();
  readonly cancelled = output();

  private readonly api = inject(HttpApi);

  protected readonly formats = FORMATS;
  protected readonly quotes = QUOTES;
  protected readonly types = TYPES;

  /** Only what the person decided; everything else is detected. */
  private readonly decided = signal<ImportOptions>({});
  protected readonly preview = signal<ImportPreview | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly loading = signal(false);
  private turn = 0;

  protected readonly options = computed<ImportOptions>(() => ({
    ...this.preview()?.options,
    ...this.decided(),
  }));
  protected readonly delimited = computed(() => isDelimited(this.options().format));
  protected readonly headed = computed(() => this.delimited() || hasSheets(this.options().format));
  protected readonly separators = computed(() => withCurrent(SEPARATORS, this.options().separator));
  protected readonly encodings = computed(() =>
    withCurrent(
      ENCODINGS.map((value) => ({ value, name: value })),
      this.options().encoding?.toLowerCase(),
    ),
  );
  protected readonly missingValues = computed(() => this.decided().missing_values?.join(', ') ?? '');
  protected readonly rows = computed(() => {
    const preview = this.preview();
    if (!preview) return [];
    const count = Math.max(0, ...preview.cells.map((column) => column.length));
    return Array.from({ length: count }, (_, row) =>
      preview.columns.map(({ type }, place) => shownCell(preview.cells[place]?.[row] ?? null, type)),
    );
  });

  constructor() {
    effect(() => {
      const upload = this.upload();
      const decided = this.decided();
      untracked(() => void this.load(upload, decided));
    });
  }

  protected decide(options: ImportOptions): void {
    this.decided.update((decided) => ({ ...decided, ...options }));
  }

  /** Another format is another reading: nothing decided before holds for it. */
  protected decideFormat(format: string): void {
    this.decided.set({ format: format as FileFormat });
  }

  protected decideType(name: string, type: string): void {
    const columns = { ...this.decided().columns, [name]: type as ColumnType };
    this.decide({ columns });
  }

  protected decideMissing(text: string): void {
    const values = text
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const { missing_values: _, ...others } = this.decided();
    this.decided.set(values.length === 0 ? others : { ...others, missing_values: values });
  }

  protected decideSkip(box: HTMLInputElement): void {
    if (Number.isInteger(box.valueAsNumber) && box.valueAsNumber >= 0)
      this.decide({ skip_lines: box.valueAsNumber });
  }

  protected confirm(): void {
    this.confirmed.emit(this.decided());
  }

  private async load(upload: string, options: ImportOptions): Promise<void> {
    const turn = ++this.turn;
    this.loading.set(true);
    try {
      const preview = await this.api.previewUpload(upload, options);
      if (turn !== this.turn) return;
      this.problem.set(null);
      if (preview) this.preview.set(preview);
      else this.unsupported.emit();
    } catch (error) {
      if (turn !== this.turn) return;
      this.refused.emit(error);
      this.problem.set(sentence(error));
    } finally {
      if (turn === this.turn) this.loading.set(false);
    }
  }
}

interface ShownCell {
  readonly text: string;
  readonly quiet: boolean;
  readonly number: boolean;
}

function shownCell(value: Cell, type: ColumnType): ShownCell {
  const number = type === 'integer' || type === 'decimal';
  return value === null
    ? { text: 'missing', quiet: true, number }
    : { text: textForm(value, type), quiet: false, number };
}

function withCurrent(
  choices: readonly NamedChoice[],
  current: string | null | undefined,
): readonly NamedChoice[] {
  if (current === undefined || current === null || choices.some(({ value }) => value === current))
    return choices;
  return [...choices, { value: current, name: current }];
}
