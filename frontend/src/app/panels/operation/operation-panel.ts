import { Component, computed, effect, inject, signal, viewChild } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { SchemaForm } from '../../forms/schema-form';
import { Catalogue } from '../../session/catalogue';
import { OperationDesk } from '../../session/operation-desk';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { Icon } from '../../ui/icon';
import { SidePanel } from './start-operation';

/** The form of the operation being prepared; without one, what can be done to the selected columns. */
@Component({
  selector: 'wl-operation-panel',
  imports: [Icon, MatButtonModule, SchemaForm],
  templateUrl: './operation-panel.html',
  styleUrl: './operation-panel.scss',
})
export class OperationPanel {
  protected readonly desk = inject(OperationDesk);
  protected readonly session = inject(SessionStore);
  protected readonly catalogue = inject(Catalogue);
  protected readonly side = inject(SidePanel);
  private readonly table = inject(TableStore);
  private readonly form = viewChild(SchemaForm);

  protected readonly strict = signal(false);
  protected readonly selected = computed(() => this.table.selectedColumns());
  protected readonly offered = computed(() =>
    this.catalogue
      .offered(this.selected(), this.session.columns())
      .map((section) => ({
        ...section,
        operations: section.operations.filter(({ obstacle }) => obstacle === null),
      }))
      .filter((section) => section.operations.length > 0),
  );
  protected readonly canPreview = computed(() => this.session.supports('operation.preview'));

  constructor() {
    effect(() => {
      this.desk.chosen();
      this.strict.set(false);
    });
  }

  protected submit(): void {
    if (this.canPreview() && this.desk.draft() === null) void this.preview();
    else void this.apply();
  }

  protected async preview(): Promise<void> {
    if (this.complete()) await this.desk.preview();
  }

  protected async apply(): Promise<void> {
    if (this.complete()) await this.desk.apply();
  }

  private complete(): boolean {
    this.strict.set(true);
    return this.form()?.valid() ?? false;
  }
}
