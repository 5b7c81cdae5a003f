import { Injectable, computed, signal } from '@angular/core';
import { RequestError, isAbort, sentence } from '../../transport/errors';
import { startUpload, type RunningUpload } from '../../transport/upload';
import { bytes, duration } from '../../ui/format';

type Phase = 'none' | 'sending' | 'paused' | 'failed' | 'sent';

/** The one file being sent to the server, with what a person wants to know of it. */
@Injectable()
export class FileUpload {
  readonly phase = signal<Phase>('none');
  readonly file = signal<File | null>(null);
  readonly problem = signal<string | null>(null);
  /** The id of the upload once it is whole. */
  readonly id = signal<string | null>(null);
  readonly unauthorized = signal(false);

  private readonly sent = signal(0);
  private readonly startedAt = signal(0);
  private readonly sentBefore = signal(0);
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

  async start(file: File): Promise<void> {
    this.forget();
    this.file.set(file);
    this.phase.set('sending');
    this.mark(0);
    try {
      this.running = await startUpload(file, { progress: (sent) => this.progress(sent) });
      this.id.set(await this.running.done);
      this.phase.set('sent');
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

  async cancel(): Promise<void> {
    const running = this.running;
    this.forget();
    await running?.cancel();
  }

  forget(): void {
    this.running = null;
    this.phase.set('none');
    this.file.set(null);
    this.problem.set(null);
    this.id.set(null);
    this.sent.set(0);
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
