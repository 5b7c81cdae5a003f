import { Component, computed, inject, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import type { ImportReport as Report } from '../../protocol/messages';
import { HttpApi } from '../../transport/http-api';
import { sentence } from '../../transport/errors';
import { plural, whole } from '../../ui/format';
import { TypeMark } from '../../ui/type-mark';

const SHOWN_LINES = 200;

/** What was read, what could not be read, and what the import noticed of the columns. */
@Component({
  selector: 'wl-import-report',
  imports: [MatButtonModule, MatDialogModule, TypeMark],
  templateUrl: './import-report.html',
  styleUrl: './import-report.scss',
})
export class ImportReport {
  private readonly api = inject(HttpApi);
  private readonly session = inject<string>(MAT_DIALOG_DATA);

  protected readonly report = signal<Report | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly counts = computed(() => {
    const report = this.report();
    if (!report) return '';
    const rejected = report.rows_rejected === 0 ? 'none rejected' : `${whole(report.rows_rejected)} rejected`;
    return `${plural(report.rows_read, 'row')} read, ${rejected}.`;
  });
  protected readonly noted = computed(
    () => this.report()?.columns.filter((column) => column.notes.length > 0) ?? [],
  );
  protected readonly lines = computed(() => this.report()?.rejected.slice(0, SHOWN_LINES) ?? []);
  protected readonly unshown = computed(() => (this.report()?.rows_rejected ?? 0) - this.lines().length);

  constructor() {
    void this.load();
  }

  protected readonly whole = whole;

  private async load(): Promise<void> {
    try {
      this.report.set(await this.api.importReport(this.session));
    } catch (error) {
      this.problem.set(sentence(error));
    }
  }
}
