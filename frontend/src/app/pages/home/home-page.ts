import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { MatButtonModule } from '@angular/material/button';
import type { ImportOptions } from '../../protocol/messages';
import { HttpApi } from '../../transport/http-api';
import { RequestError, sentence } from '../../transport/errors';
import { ThemeButton } from '../../panels/bars/theme-button';
import { Brand } from '../../ui/brand';
import { Icon } from '../../ui/icon';
import { SignedOut, refusalOf, type Refusal } from '../signed-out';
import { FileUpload } from '../../session/file-upload';
import { ImportPreviewPanel } from './import-preview';
import { SessionList } from './session-list';

/** The first thing seen: open a file, or go on with a session. */
@Component({
  selector: 'wl-home-page',
  imports: [
    Brand,
    Icon,
    ImportPreviewPanel,
    MatButtonModule,
    RouterLink,
    SessionList,
    SignedOut,
    ThemeButton,
  ],
  templateUrl: './home-page.html',
  styleUrl: './home-page.scss',
  host: {
    '(document:paste)': 'pasted($event)',
    '(document:dragover)': 'draggedOver($event)',
    '(document:dragleave)': 'dragging.set(false)',
    '(document:drop)': 'dropped($event)',
  },
})
export class HomePage {
  private readonly api = inject(HttpApi);
  private readonly router = inject(Router);
  protected readonly upload = inject(FileUpload);

  protected readonly dragging = signal(false);
  protected readonly refusal = signal<Refusal | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly creating = signal(false);
  /** Whether this server shows what it makes of a file before importing it. */
  protected readonly previews = signal(true);
  protected readonly busy = computed(
    () => ['sending', 'paused'].includes(this.upload.phase()) || this.creating(),
  );

  constructor() {
    effect(() => {
      if (this.upload.unauthorized()) untracked(() => this.refusal.set('unauthorized'));
    });
    effect(() => {
      if (this.upload.phase() === 'sent' && !this.previews()) untracked(() => void this.create({}));
    });
  }

  protected picked(box: HTMLInputElement): void {
    const file = box.files?.[0];
    box.value = '';
    if (file) this.open(file);
  }

  protected pasted(event: ClipboardEvent): void {
    const target = event.target;
    if (this.busy() || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const file = event.clipboardData?.files[0];
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (file) this.open(file);
    else if (text.includes('\n'))
      this.open(new File([text], text.includes('\t') ? 'pasted.tsv' : 'pasted.csv'));
  }

  protected draggedOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging.set(true);
  }

  protected dropped(event: DragEvent): void {
    event.preventDefault();
    this.dragging.set(false);
    const file = event.dataTransfer?.files[0];
    if (file && !this.busy()) this.open(file);
  }

  protected async create(options: ImportOptions): Promise<void> {
    const id = this.upload.id();
    const file = this.upload.file();
    if (!id || !file || this.creating()) return;
    this.creating.set(true);
    this.problem.set(null);
    try {
      const session = await this.api.createSession(id, file.name, options);
      this.upload.forget();
      await this.router.navigate(['/s', session]);
    } catch (error) {
      this.refused(error);
      this.problem.set(sentence(error));
    } finally {
      this.creating.set(false);
    }
  }

  /** Make the session now: it takes the file, and reads it as it is detected to be, once all of it has come. */
  protected async createAhead(): Promise<void> {
    const id = this.upload.begun();
    const file = this.upload.file();
    if (!id || !file || this.creating()) return;
    this.creating.set(true);
    this.problem.set(null);
    try {
      const session = await this.api.createSession(id, file.name, {});
      this.upload.awaitedBy(session);
      await this.router.navigate(['/s', session]);
    } catch (error) {
      this.refused(error);
      this.problem.set(sentence(error));
    } finally {
      this.creating.set(false);
    }
  }

  /** Give up a file that was sent: the server need not keep it. */
  protected async discard(): Promise<void> {
    const id = this.upload.id();
    this.upload.forget();
    if (id) await this.api.deleteUpload(id).catch(() => undefined);
  }

  protected refused(error: unknown): void {
    if (error instanceof RequestError) this.refusal.set(refusalOf(error.code));
  }

  private open(file: File): void {
    this.problem.set(null);
    void this.upload.start(file);
  }
}
