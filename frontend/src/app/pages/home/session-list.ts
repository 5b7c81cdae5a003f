import { Component, inject, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { MatDialog } from '@angular/material/dialog';
import type { SessionSummary } from '../../protocol/messages';
import { confirmed } from '../../panels/dialogs/confirm';
import { HttpApi } from '../../transport/http-api';
import { sentence } from '../../transport/errors';
import { ago, bytes, whole } from '../../ui/format';
import { Icon } from '../../ui/icon';

const STATE_WORDS: Readonly<Record<string, string>> = { importing: 'importing…', failed: 'import failed' };

/** The person's sessions, the last used first. */
@Component({
  selector: 'wl-session-list',
  imports: [Icon, RouterLink],
  templateUrl: './session-list.html',
  styleUrl: './session-list.scss',
})
export class SessionList {
  readonly refused = output<unknown>();

  private readonly api = inject(HttpApi);
  private readonly dialog = inject(MatDialog);

  protected readonly sessions = signal<readonly SessionSummary[] | null>(null);
  protected readonly problem = signal<string | null>(null);

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    try {
      const sessions = [...(await this.api.sessions())];
      sessions.sort((a, b) => (b.last_use ?? '').localeCompare(a.last_use ?? ''));
      this.sessions.set(sessions);
      this.problem.set(null);
    } catch (error) {
      this.refused.emit(error);
      this.problem.set(sentence(error));
    }
  }

  protected async remove(session: SessionSummary): Promise<void> {
    const sure = await confirmed(this.dialog, {
      title: `Delete “${session.name}”?`,
      text: 'The table, its history and the uploaded file are deleted from the server. This cannot be undone.',
      yes: 'Delete',
    });
    if (!sure) return;
    try {
      await this.api.deleteSession(session.id);
      await this.load();
    } catch (error) {
      this.problem.set(sentence(error));
    }
  }

  protected count(value: number | null): string {
    return value === null ? '' : whole(value);
  }

  protected size(value: number | null): string {
    return value === null ? '' : bytes(value);
  }

  protected used(value: string | null): string {
    return value === null ? '' : ago(value);
  }

  protected state(value: string): string {
    return STATE_WORDS[value] ?? '';
  }
}
