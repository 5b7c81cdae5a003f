import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { MatButtonModule } from '@angular/material/button';
import { HttpApi } from '../../transport/http-api';
import { sentence } from '../../transport/errors';
import { SessionStore } from '../../session/session-store';
import { FileUpload } from '../../session/file-upload';
import { bytes, duration } from '../../ui/format';
import { Icon } from '../../ui/icon';

/** How the label of the job begins while the file is still being uploaded. */
const RECEIVE = 'Receive ';
/** After so long without news, whoever waits may have to do something. */
const STALLED_MS = 5000;

/** In place of the table while the file is read, and when it could not be. */
@Component({
  selector: 'wl-import-state',
  imports: [Icon, MatButtonModule, RouterLink],
  template: `
    @switch (state()) {
      @case ('failed') {
        <wl-icon name="warning" class="bad" />
        <h2>{{ cancelled() ? 'Nothing was imported' : 'The file could not be read' }}</h2>
        <p role="alert">{{ session.description()?.error?.message ?? 'The server gave no reason.' }}</p>
        @if (problem(); as message) {
          <p class="problem" role="alert">{{ message }}</p>
        }
        <div class="buttons">
          <button matButton="filled" type="button" (click)="remove()">Delete and open another file</button>
          <a matButton routerLink="/">All sessions</a>
        </div>
      }
      @case ('importing') {
        <wl-icon name="table" />
        <h2>{{ receiving() ? 'Receiving' : 'Reading' }} {{ source() }}</h2>
        <progress max="1" [attr.value]="job()?.fraction ?? null" aria-label="Import"></progress>
        <p class="quiet number" role="status">{{ words() }}</p>
        @if (receiving() && !sentHere() && stalled()) {
          <p class="quiet">
            Nothing has come for a while. Was the window that sends it closed? Choose the same file on the
            start page, and the rest is sent.
          </p>
          <a matButton="outlined" routerLink="/">Start page</a>
        }
        @if (sentHere() && upload.problem(); as message) {
          <p class="problem" role="alert">{{ message }}</p>
          <button matButton="filled" type="button" (click)="upload.resume()">Try again</button>
        }
        @if (sentHere() && upload.phase() === 'paused') {
          <button matButton="filled" type="button" (click)="upload.resume()">Resume</button>
        }
        @if (job(); as running) {
          <button matButton type="button" (click)="cancel(running.job)">Cancel</button>
        }
      }
      @default {
        <p class="quiet" role="status">Opening the session…</p>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
      align-content: center;
      justify-items: center;
      padding: 24px;
      text-align: center;
    }
    h2 {
      font-size: 18px;
      font-weight: 600;
      overflow-wrap: anywhere;
    }
    p {
      max-width: 560px;
    }
    wl-icon {
      width: 36px;
      height: 36px;
      color: var(--mat-sys-primary);
    }
    .bad {
      color: var(--mat-sys-error);
    }
    progress {
      width: min(420px, 100%);
      height: 8px;
      accent-color: var(--mat-sys-primary);
    }
    .buttons {
      display: flex;
      gap: 8px;
    }
  `,
})
export class ImportState {
  readonly id = input.required<string>();

  protected readonly session = inject(SessionStore);
  protected readonly upload = inject(FileUpload);
  private readonly api = inject(HttpApi);
  private readonly router = inject(Router);

  protected readonly problem = signal<string | null>(null);
  protected readonly state = computed(() => this.session.description()?.state ?? null);
  protected readonly job = computed(() => this.session.jobs()[0]);
  protected readonly receiving = computed(() => this.job()?.label.startsWith(RECEIVE) ?? false);
  protected readonly cancelled = computed(() => this.session.description()?.error?.code === 'cancelled');
  protected readonly stalled = signal(false);
  private readonly fraction = computed(() => this.job()?.fraction ?? null);
  protected readonly sentHere = computed(() => this.upload.session() === this.id());
  protected readonly source = computed(() => {
    const source = this.session.description()?.source;
    if (!source) return 'the file';
    return source.bytes === null ? source.name : `${source.name} (${bytes(source.bytes)})`;
  });
  protected readonly words = computed(() => {
    const job = this.job();
    if (!job) return '';
    const share = job.fraction === null ? '' : `${Math.floor(job.fraction * 100)}%`;
    const left = typeof job.remaining_s !== 'number' ? '' : `${duration(job.remaining_s)} left`;
    return [share, left, job.message ?? ''].filter(Boolean).join(' · ');
  });

  constructor() {
    effect((onCleanup) => {
      this.fraction();
      this.stalled.set(false);
      const timer = setTimeout(() => this.stalled.set(true), STALLED_MS);
      onCleanup(() => clearTimeout(timer));
    });
  }

  protected async cancel(job: string): Promise<void> {
    try {
      await this.session.cancelJob(job);
      if (this.sentHere()) await this.upload.cancel();
    } catch (error) {
      this.problem.set(sentence(error));
    }
  }

  protected async remove(): Promise<void> {
    try {
      await this.api.deleteSession(this.id());
      await this.router.navigate(['/']);
    } catch (error) {
      this.problem.set(sentence(error));
    }
  }
}
