import { Injectable, inject, signal } from '@angular/core';
import type { Column } from '../../protocol/messages';
import type { OperationDeclaration } from '../../protocol/schema';
import { Catalogue } from '../../session/catalogue';
import { OperationDesk, type Values } from '../../session/operation-desk';
import { TableStore } from '../../session/table-store';

export const SIDE_TABS = ['Operation', 'Column', 'Steps'] as const;
export type SideTab = (typeof SIDE_TABS)[number];

/** Which tab of the side panel is open, and the one way in which every menu starts an operation. */
@Injectable()
export class SidePanel {
  private readonly catalogue = inject(Catalogue);
  private readonly desk = inject(OperationDesk);
  private readonly table = inject(TableStore);

  readonly tab = signal<SideTab>('Operation');
  /** Counts the requests to show the panel; a folded one unfolds. */
  readonly asked = signal(0);
  /** The same for the filters on the other side. */
  readonly filtersAsked = signal(0);

  show(tab: SideTab): void {
    this.tab.set(tab);
    this.asked.update((count) => count + 1);
  }

  start(operation: OperationDeclaration, given: Values = {}, columns?: readonly Column[]): void {
    this.desk.choose(operation, columns ?? this.table.selectedColumns(), given);
    this.show('Operation');
  }

  /** Start an operation by its id; false when this server does not have it. */
  startById(id: string, given: Values = {}, columns?: readonly Column[]): boolean {
    const operation = this.catalogue.find(id);
    if (operation) this.start(operation, given, columns);
    return operation !== undefined;
  }
}
