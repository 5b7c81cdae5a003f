import { Injectable, inject, signal } from '@angular/core';
import type { Place } from '../protocol/messages';
import { isAbort, sentence } from '../transport/errors';
import { type Shown, TableStore } from './table-store';

/** What came of looking for a text. `wrapped`: past the last cell, and on from the first one, or the reverse. */
export type Finding =
  | { readonly kind: 'nothing asked' }
  | { readonly kind: 'searching' }
  | { readonly kind: 'found'; readonly place: Place; readonly wrapped: boolean }
  | { readonly kind: 'not found' }
  | { readonly kind: 'problem'; readonly message: string };

/** Looks for a text in the cells of what is shown, row by row from the active cell on, and around the end. */
@Injectable()
export class Finder {
  private readonly table = inject(TableStore);

  readonly text = signal('');
  readonly matchCase = signal(false);
  readonly regex = signal(false);
  readonly finding = signal<Finding>({ kind: 'nothing asked' });

  private asked = new AbortController();

  /** Find the next cell, or the one before. `here`: the active cell will do, as while the text is being typed. */
  async find({ backwards = false, here = false } = {}): Promise<Place | null> {
    this.stop();
    const shown = this.table.shown();
    const ends = shown && endsOf(shown);
    if (!shown || !ends || this.text() === '') return null;
    const { signal: aborted } = this.asked;
    const ask = (from: Place) => this.ask(shown, from, backwards, aborted);
    const active = this.active(shown) ?? ends.first;
    const start = here ? active : beside(active, shown, backwards);
    this.finding.set({ kind: 'searching' });
    try {
      let place = start && (await ask(start));
      const wrapped = place === null;
      if (wrapped) place = await ask(backwards ? ends.last : ends.first);
      aborted.throwIfAborted(); // something else is looked for since the answer came
      this.finding.set(place ? { kind: 'found', place, wrapped } : { kind: 'not found' });
      return place;
    } catch (error) {
      if (!aborted.aborted && !isAbort(error))
        this.finding.set({ kind: 'problem', message: sentence(error) });
      return null;
    }
  }

  /** Take back what is being looked for. */
  stop(): void {
    this.asked.abort();
    this.asked = new AbortController();
    this.finding.set({ kind: 'nothing asked' });
  }

  private ask(shown: Shown, from: Place, backwards: boolean, aborted: AbortSignal): Promise<Place | null> {
    const sought = { text: this.text(), regex: this.regex(), case_sensitive: this.matchCase() };
    return this.table.find(shown, { ...sought, from, backwards }, aborted);
  }

  /** The active cell, if it is one of what is shown. */
  private active(shown: Shown): Place | null {
    const active = this.table.selected()?.active;
    if (!active || active.row < 0 || active.row >= shown.rows) return null;
    return shown.columns.some(({ name }) => name === active.column)
      ? { row: active.row, column: active.column }
      : null;
  }
}

function endsOf({ rows, columns }: Shown): { readonly first: Place; readonly last: Place } | null {
  const [first, last] = [columns.at(0), columns.at(-1)];
  if (rows === 0 || !first || !last) return null;
  return { first: { row: 0, column: first.name }, last: { row: rows - 1, column: last.name } };
}

/** The cell that is read after another, or before it; null at the end. */
function beside({ row, column }: Place, { rows, columns }: Shown, backwards: boolean): Place | null {
  const step = backwards ? -1 : 1;
  const next = columns[columns.findIndex(({ name }) => name === column) + step];
  if (next) return { row, column: next.name };
  const begin = columns.at(backwards ? -1 : 0);
  return begin && row + step >= 0 && row + step < rows ? { row: row + step, column: begin.name } : null;
}
