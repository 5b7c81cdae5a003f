import { Injectable, inject, signal } from '@angular/core';
import type { CellEdit, PendingEdit } from '../../grid/contract';
import { GESTURES } from '../../session/catalogue';
import { OperationDesk } from '../../session/operation-desk';
import { SessionStore } from '../../session/session-store';
import { sentence } from '../../transport/errors';
import { Toasts } from '../toasts';

/** Cells changed by hand: sent one after another, shown in their place until the new version is there. */
@Injectable()
export class CellEdits {
  private readonly session = inject(SessionStore);
  private readonly desk = inject(OperationDesk);
  private readonly toasts = inject(Toasts);

  readonly pending = signal<readonly PendingEdit[]>([]);

  private queue: Promise<void> = Promise.resolve();
  /** From a version to the one an own edit made of it: rows and positions stay the same along these. */
  private readonly edited = new Map<number, number>();

  /** `version`: the one in which the position was read. */
  add({ position, column, value }: Pick<CellEdit, 'position' | 'column' | 'value'>, version: number): void {
    const edit: PendingEdit = { position, column, value };
    this.pending.update((pending) => [...pending, edit]);
    this.queue = this.queue
      .then(() => this.send(edit, version))
      .catch((error: unknown) => this.toasts.show(sentence(error)))
      .finally(() => this.pending.update((pending) => pending.filter((other) => other !== edit)));
  }

  private async send({ position, column, value }: PendingEdit, version: number): Promise<void> {
    const base = this.session.version();
    if (!this.samePlaces(version, base)) {
      throw new Error('The table changed while you were typing. The cell was left as it is.');
    }
    const applied = await this.desk.applyAtOnce({ op: GESTURES.editCell, row: position, column, value });
    this.edited.set(base, applied.version);
  }

  private samePlaces(from: number, to: number): boolean {
    for (let version: number | undefined = from; version !== undefined; version = this.edited.get(version)) {
      if (version === to) return true;
    }
    return false;
  }
}
