import { DestroyRef, Injectable, InjectionToken, computed, inject, signal } from '@angular/core';
import { RequestError, isAbort, sentence } from '../transport/errors';
import { startUpload, type RunningUpload } from '../transport/upload';
import { bytes, duration } from '../ui/format';
import { remembered } from '../ui/preferences';

type Phase = 'none' | 'sending' | 'paused' | 'failed' | 'sent';

/** How a file is sent; tests send none. */
export const START_UPLOAD = new InjectionToken<typeof startUpload>('START_UPLOAD', {
  providedIn: 'root',
  factory: () => startUpload,
});

const REMEMBERED = 20;

/** An upload and the session that waits for it. */
type Waiting = readonly (readonly [upload: string, session: string])[];

/**
 * The one file being sent to the server, with what a person wants to know of it. It goes on while they look at
 * other pages; a session may wait for it.
 */
@Injectable({ providedIn: 'root' })
export class FileUpload {
  readonly phase = signal<Phase>('none');
  readonly file = signal<File | null>(null);
  readonly problem = signal<string | null>(null);
  /** The id of the upload once it is whole. */
  readonly id = signal<string | null>(null);
  readonly unauthorized = signal(false);
  /** The id of the upload from the moment the server knows of it. */
  readonly begun = signal<string | null>(null);
  /** The session that takes the file as soon as it is whole. */
  readonly session = signal<string | null>(null);

  /** Kept in this browser: after a reload, the same file chosen again is for the same session. */
  private readonly waiting = remembered<Waiting>('waiting', [], isWaiting);
  private readonly sent = signal(0);
  private readonly startedAt = signal(0);
  private readonly sentBefore = signal(0);
  private readonly startUpload = inject(START_UPLOAD);
  private running: RunningUpload | null = null;

  readonly fraction = computed(() => {
    const size = this.file()?.size ?? 0;
    return size === 0 ? 0 : this.sent() / size;
  });
  readonly words = computed(() => {
    const size = this.file()?.size ?? 0;
    const share = `${bytes(this.sent())} of ${bytes(size)}`;
    if (this.phase() === 'paused') return `${share}, paused`;
    const seconds = (Date.now() - this.startedAt()) / 1000;
    const rate = (this.sent() - this.sentBefore()) / seconds;
    if (seconds < 2 || rate <= 0) return share;
    return `${share}, ${duration((size - this.sent()) / rate)} left`;
  });

  constructor() {
    const asked = (event: Event) => {
      if (this.session() !== null && this.phase() === 'sending') event.preventDefault();
    };
    addEventListener('beforeunload', asked);
    inject(DestroyRef).onDestroy(() => removeEventListener('beforeunload', asked));
  }

  async start(file: File): Promise<void> {
    this.reset();
    this.file.set(file);
    this.phase.set('sending');
    this.mark(0);
    try {
      this.running = await this.startUpload(file, {
        began: (id) => this.began(id),
        progress: (sent) => this.progress(sent),
      });
      this.id.set(await this.running.done);
      if (this.session() === null) this.phase.set('sent');
      else this.forget();
    } catch (error) {
      if (isAbort(error)) this.forget();
      else this.fail(error);
    }
  }

  async pause(): Promise<void> {
    await this.running?.pause();
    this.phase.set('paused');
  }

  /** Go on after a pause; after a failure the same file is sent again from where the server has it. */
  resume(): void {
    const file = this.file();
    if (this.phase() === 'paused') {
      this.phase.set('sending');
      this.mark(this.sent());
      this.running?.resume();
    } else if (file) {
      void this.start(file);
    }
  }

  /** Note that a session waits for the file. */
  awaitedBy(session: string): void {
    const upload = this.begun();
    if (upload === null || this.phase() === 'sent') {
      this.forget();
      return;
    }
    this.session.set(session);
    this.waiting.update((known) => [...known, [upload, session] as const].slice(-REMEMBERED));
  }

  async cancel(): Promise<void> {
    const running = this.running;
    this.forget();
    await running?.cancel();
  }

  /** Have nothing to do with it any more. */
  forget(): void {
    const upload = this.begun();
    if (this.session() !== null) this.waiting.update((known) => known.filter(([other]) => other !== upload));
    this.reset();
  }

  private reset(): void {
    this.session.set(null);
    this.begun.set(null);
    this.running = null;
    this.phase.set('none');
    this.file.set(null);
    this.problem.set(null);
    this.id.set(null);
    this.sent.set(0);
  }

  private began(id: string): void {
    this.begun.set(id);
    this.session.set(this.waiting().find(([upload]) => upload === id)?.[1] ?? null);
  }

  private progress(sent: number): void {
    if (this.sent() === 0 && sent > 0) this.mark(sent);
    this.sent.set(sent);
  }

  /** The speed is measured from here on: what an earlier attempt sent does not count. */
  private mark(sent: number): void {
    this.startedAt.set(Date.now());
    this.sentBefore.set(sent);
  }

  private fail(error: unknown): void {
    this.unauthorized.set(error instanceof RequestError && error.code === 'unauthorized');
    this.problem.set(sentence(error));
    this.phase.set('failed');
  }
}

function isWaiting(value: unknown): value is Waiting {
  return (
    Array.isArray(value) &&
    value.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((id) => typeof id === 'string'),
    )
  );
}
