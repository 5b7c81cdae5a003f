import {
  Component,
  type ElementRef,
  Injector,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import type { History, HistoryVersion } from '../../protocol/messages';
import { historyRows } from '../../session/history-rows';
import { SessionStore } from '../../session/session-store';
import { saveBlob } from '../../transport/download';
import { sentence } from '../../transport/errors';
import { ago } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { ApplyRecipe } from '../dialogs/apply-recipe';
import { impactWords } from '../operation/impact-words';
import { Toasts } from '../toasts';

/** Every version there was, as a tree; any of them is one click away. */
@Component({
  selector: 'wl-steps-panel',
  imports: [Icon, MatButtonModule, MatMenuModule],
  templateUrl: './steps-panel.html',
  styleUrl: './steps-panel.scss',
})
export class StepsPanel {
  protected readonly session = inject(SessionStore);
  private readonly toasts = inject(Toasts);
  private readonly dialog = inject(MatDialog);
  private readonly injector = inject(Injector);

  private readonly history = signal<History | null>(null);
  protected readonly problem = signal<string | null>(null);
  /** The version whose note is being written. */
  protected readonly noting = signal<number | null>(null);
  private readonly noteBox = viewChild<ElementRef<HTMLTextAreaElement>>('noteBox');
  protected readonly rows = computed(() => {
    const history = this.history();
    return history ? [...historyRows(history.versions, history.current)].reverse() : [];
  });

  constructor() {
    effect(() => {
      this.session.version();
      this.session.saved();
      if (this.session.ready() && this.session.connected()) untracked(() => void this.load());
    });
  }

  protected go({ version }: HistoryVersion): void {
    this.session.go(version).catch((error: unknown) => this.toasts.show(sentence(error)));
  }

  protected beginNote({ version }: HistoryVersion): void {
    this.noting.update((open) => (open === version ? null : version));
    // The box is there after the next rendering.
    setTimeout(() => this.noteBox()?.nativeElement.focus());
  }

  protected async saveNote({ version }: HistoryVersion, text: string): Promise<void> {
    try {
      await this.session.note(version, text.trim());
      this.noting.set(null);
      await this.load();
    } catch (error) {
      this.toasts.show(sentence(error));
    }
  }

  protected about(step: HistoryVersion): string {
    return [step.impact ? impactWords(step.impact) : '', step.by, ago(step.at)].filter(Boolean).join(' · ');
  }

  protected applyRecipe(): void {
    this.dialog
      .open<ApplyRecipe, undefined, string>(ApplyRecipe, { width: '520px', injector: this.injector })
      .afterClosed()
      .subscribe((done) => {
        if (done) this.toasts.show(done);
      });
  }

  protected async exportRecipe(): Promise<void> {
    await this.save('recipe.json', 'application/json', async () =>
      JSON.stringify(await this.session.call('recipe.get', {}), null, 2),
    );
  }

  protected async exportPython(): Promise<void> {
    await this.save(
      'recipe.py',
      'text/x-python',
      async () => (await this.session.call('recipe.code', {})).python,
    );
  }

  private async save(ending: string, type: string, content: () => Promise<string>): Promise<void> {
    try {
      const name = this.session.description()?.name ?? 'table';
      saveBlob(new Blob([await content()], { type }), `${name}.${ending}`);
    } catch (error) {
      this.toasts.show(sentence(error));
    }
  }

  private async load(): Promise<void> {
    try {
      this.history.set(await this.session.call('history.list', {}));
      this.problem.set(null);
    } catch (error) {
      this.problem.set(sentence(error));
    }
  }
}
