import { Injectable, computed, inject, signal } from '@angular/core';
import type { Column } from '../protocol/messages';
import type { OperationDeclaration } from '../protocol/schema';
import { HttpApi } from '../transport/http-api';
import { sentence } from '../transport/errors';
import { obstacle } from './column-needs';

/** Operations that have a gesture of their own beside the form. All others are known from the catalogue only. */
export const GESTURES = {
  editCell: 'set_cell',
  moveColumn: 'move_column',
  keepRows: 'filter_rows',
  deleteRows: 'delete_rows',
  changeType: 'change_type',
  sortRows: 'sort_rows',
  markMissing: 'mark_missing',
} as const;

export interface OfferedOperation {
  readonly operation: OperationDeclaration;
  /** Why it cannot be done now; null when it can. */
  readonly obstacle: string | null;
}

export interface Section {
  readonly name: string;
  readonly operations: readonly OfferedOperation[];
}

/** What can be done to a table, as the server declares it. */
@Injectable()
export class Catalogue {
  private readonly api = inject(HttpApi);

  readonly operations = signal<readonly OperationDeclaration[]>([]);
  readonly problem = signal<string | null>(null);
  readonly sectionNames = computed(() => [
    ...new Set(this.operations().map((operation) => operation.section)),
  ]);

  async load(): Promise<void> {
    try {
      this.operations.set(await this.api.operations());
      this.problem.set(null);
    } catch (error) {
      this.problem.set(sentence(error));
    }
  }

  find(id: string): OperationDeclaration | undefined {
    return this.operations().find((operation) => operation.id === id);
  }

  /** Everything by section, with what stands in the way of doing it to the selected columns. */
  offered(selected: readonly Column[], table: readonly Column[]): readonly Section[] {
    const withForm = this.operations().filter(({ id }) => id !== GESTURES.editCell);
    const all = withForm.map((operation) => ({
      operation,
      obstacle: obstacle(operation, selected, table),
    }));
    return this.sectionNames()
      .map((name) => ({ name, operations: all.filter(({ operation }) => operation.section === name) }))
      .filter(({ operations }) => operations.length > 0);
  }
}
