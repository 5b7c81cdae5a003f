import { Component, computed, inject, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import type { View } from '../../protocol/messages';
import { apiUrl } from '../../transport/addresses';
import { download, openSink } from '../../transport/download';
import { isAbort, sentence } from '../../transport/errors';
import { bytes, plural } from '../../ui/format';

/** The formats of the public interface, as people call them. */
export const EXPORT_FORMATS = [
  { id: 'csv', name: 'CSV' },
  { id: 'tsv', name: 'TSV' },
  { id: 'xlsx', name: 'Excel' },
  { id: 'parquet', name: 'Parquet' },
  { id: 'arrow', name: 'Arrow' },
  { id: 'json', name: 'JSON' },
  { id: 'jsonl', name: 'JSON Lines' },
  { id: 'hdf', name: 'HDF5' },
] as const;

/** The ending of the file that was opened, which the exported one does not keep. */
const OPENED = /\.(csv|tsv|txt|json|jsonl|ndjson|xlsx?|xlsb|ods|parquet|arrow|feather)(\.(gz|zip|zst))?$/i;

const ENDINGS: Readonly<Record<string, string>> = { hdf: 'h5' };

export interface ExportData {
  readonly session: string;
  readonly name: string;
  readonly version: number;
  readonly format: string;
  readonly rows: number;
  readonly shownRows: number;
  readonly view: View;
  readonly columns: readonly string[];
  readonly selectedColumns: readonly string[];
}

type Phase = 'choosing' | 'preparing' | 'fetching' | 'done';

/** Writes the table to a file of the person's: the server prepares it, then it comes part by part. */
@Component({
  selector: 'wl-export',
  imports: [MatButtonModule, MatDialogModule],
  templateUrl: './export.html',
  styleUrl: './export.scss',
})
export class Export {
  protected readonly data = inject<ExportData>(MAT_DIALOG_DATA);
  private readonly dialog = inject<MatDialogRef<Export>>(MatDialogRef);

  protected readonly formats = EXPORT_FORMATS;
  protected readonly format = signal(this.data.format);
  protected readonly viewed = this.data.view.where !== null || this.data.view.sort.length > 0;
  protected readonly onlyShown = signal(this.viewed);
  protected readonly onlySelected = signal(false);
  protected readonly phase = signal<Phase>('choosing');
  protected readonly problem = signal<string | null>(null);
  private readonly received = signal({ bytes: 0, total: 0 });
  private abort = new AbortController();

  protected readonly rowsWords = computed(() => plural(this.data.rows, 'row'));
  protected readonly shownWords = plural(this.data.shownRows, 'row');
  protected readonly progress = computed(() => {
    const { bytes: count, total } = this.received();
    return total === 0 ? null : count / total;
  });
  protected readonly progressWords = computed(() => {
    if (this.phase() === 'preparing') return 'The server is writing the file…';
    const { bytes: count, total } = this.received();
    return `${bytes(count)} of ${bytes(total)}`;
  });

  protected async start(): Promise<void> {
    const stem = this.data.name.replace(OPENED, '').replace(/[\\/:*?"<>|]/g, '_');
    const fileName = `${stem}.${ENDINGS[this.format()] ?? this.format()}`;
    this.problem.set(null);
    this.abort = new AbortController();
    try {
      const sink = await openSink(fileName);
      this.phase.set('preparing');
      this.dialog.disableClose = true;
      await download(
        this.url(),
        sink,
        (count, total) => {
          this.phase.set('fetching');
          this.received.set({ bytes: count, total });
        },
        this.abort.signal,
      );
      this.phase.set('done');
    } catch (error) {
      this.phase.set('choosing');
      if (!isAbort(error)) this.problem.set(sentence(error));
    } finally {
      this.dialog.disableClose = false;
    }
  }

  protected cancel(): void {
    this.abort.abort();
  }

  private url(): string {
    const columns = this.onlySelected() ? this.data.selectedColumns : null;
    return apiUrl(`sessions/${encodeURIComponent(this.data.session)}/export`, {
      format: this.format(),
      version: String(this.data.version),
      view: this.onlyShown() ? JSON.stringify(this.data.view) : undefined,
      columns: columns === null ? undefined : JSON.stringify(columns),
    });
  }
}
