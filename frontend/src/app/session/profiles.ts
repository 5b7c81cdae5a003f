import { Injectable, inject, signal } from '@angular/core';
import type { ColumnProfile } from '../protocol/messages';
import { SessionStore } from './session-store';

const BATCH = 8;

/** What the headers show of the columns, loaded for those on the screen. */
@Injectable()
export class Profiles {
  private readonly session = inject(SessionStore);

  /** By column. An old version's profile stays until the new one has come. */
  readonly known = signal<ReadonlyMap<string, { readonly version: number; readonly profile: ColumnProfile }>>(
    new Map(),
  );

  private wanted: readonly string[] = [];
  private loading = false;

  /** Load the profiles of these columns, and forget the wish for others. */
  want(columns: readonly string[]): void {
    this.wanted = columns;
    if (!this.loading) void this.load();
  }

  private async load(): Promise<void> {
    this.loading = true;
    try {
      for (let batch = this.next(); batch.length > 0; batch = this.next()) {
        const version = this.session.version();
        const profiles = await this.session.call('column.profile', { columns: batch });
        const loaded = batch.flatMap((name) => {
          const profile = profiles[name];
          return profile ? [[name, { version, profile }] as const] : [];
        });
        this.known.update((known) => new Map([...known, ...loaded]));
        if (loaded.length < batch.length) break;
      }
    } catch {
      // A header without a histogram says enough; it is asked for again with the next scroll or version.
    } finally {
      this.loading = false;
    }
  }

  private next(): readonly string[] {
    const version = this.session.version();
    const exists = new Set(this.session.columns().map((column) => column.name));
    const open = (name: string) => exists.has(name) && this.known().get(name)?.version !== version;
    return this.session.supports('column.profile') ? this.wanted.filter(open).slice(0, BATCH) : [];
  }
}
