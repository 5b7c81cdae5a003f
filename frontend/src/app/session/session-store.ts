import { Injectable, computed, signal } from '@angular/core';
import type { Column, Job, Method, Methods, SessionDescription } from '../protocol/messages';
import { hasCode } from '../transport/errors';
import type { CallOptions, ConnectionState, Transport } from '../transport/transport';
import { without, withProgress } from './jobs';
import { newOperationId } from './operation-id';

const NO_COLUMNS: readonly Column[] = [];

/** A change somebody else made to the table. */
export interface ForeignChange {
  readonly version: number;
  readonly summary: string;
}

/** One open session as this browser knows it: what the server last described, and the line to it. */
@Injectable()
export class SessionStore {
  readonly connection = signal<ConnectionState>({ kind: 'connecting' });
  readonly description = signal<SessionDescription | null>(null);
  readonly jobs = signal<readonly Job[]>([]);
  readonly saved = signal(true);
  /** The last change by somebody else; every one is a new object. */
  readonly foreignChange = signal<ForeignChange | null>(null);

  readonly connected = computed(() => this.connection().kind === 'open');
  readonly ready = computed(() => this.description()?.state === 'ready');
  readonly version = computed(() => this.description()?.version ?? 0);
  readonly rows = computed(() => this.description()?.rows ?? 0);
  readonly columns = computed(() => this.description()?.columns ?? NO_COLUMNS);
  /** Changes sent by this browser and not answered yet. */
  readonly changing = signal(0);
  /** Whether a change may be asked for now. */
  readonly editable = computed(() => this.connected() && this.ready() && this.changing() === 0);

  private readonly missingMethods = signal<ReadonlySet<Method>>(new Set());
  private transport: Transport | null = null;
  private describing = 0;
  private ownVersions: number[] = [];
  private announced: ForeignChange[] = [];

  connect(transport: Transport): void {
    this.transport = transport;
    transport.onState((state) => {
      this.connection.set(state);
      if (state.kind === 'open') this.reopened();
    });
    transport.on('job.progress', (job) => this.jobs.update((jobs) => withProgress(jobs, job)));
    transport.on('job.ended', ({ job }) => {
      this.jobs.update((jobs) => without(jobs, job));
      if (!this.ready()) void this.refresh();
    });
    transport.on('session.changed', ({ version, summary }) => {
      this.announced.push({ version, summary });
      if (this.changing() === 0) this.takeAnnounced();
    });
    transport.on('session.saved', ({ version }) => {
      if (version >= this.version()) this.saved.set(true);
    });
    transport.open();
  }

  disconnect(): void {
    this.transport?.close();
    this.transport = null;
  }

  retryNow(): void {
    this.transport?.retryNow();
  }

  on: Transport['on'] = (name, listener) => this.transport?.on(name, listener);

  /** Ask the server. Reads are sent again after a reconnect. */
  async call<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options: CallOptions = { retry: true },
  ): Promise<Methods[M]['result']> {
    if (!this.transport) throw new DOMException('The session was left.', 'AbortError');
    try {
      return await this.transport.call(method, params, options);
    } catch (error) {
      if (hasCode(error, 'method_not_found')) {
        this.missingMethods.update((known) => new Set(known).add(method));
      }
      throw error;
    }
  }

  /** Whether the server has a method, as far as is known: true until it said otherwise. */
  supports(method: Method): boolean {
    return !this.missingMethods().has(method);
  }

  /** Ask for a change that makes a version or goes to one; resolves when the new state is known here. */
  async change<R extends { readonly version: number }>(run: (operationId: string) => Promise<R>): Promise<R> {
    this.changing.update((count) => count + 1);
    try {
      const result = await run(newOperationId());
      this.ownVersions.push(result.version);
      this.saved.set(false);
      await this.refresh();
      return result;
    } finally {
      this.changing.update((count) => count - 1);
      if (this.changing() === 0) this.takeAnnounced();
    }
  }

  undo(): Promise<unknown> {
    return this.change((operation_id) => this.call('history.undo', { operation_id }));
  }

  redo(): Promise<unknown> {
    return this.change((operation_id) => this.call('history.redo', { operation_id }));
  }

  go(version: number): Promise<unknown> {
    return this.change((operation_id) => this.call('history.go', { version, operation_id }));
  }

  /** Write a note at a version; an empty one removes it. */
  async note(version: number, text: string): Promise<void> {
    await this.call('history.note', { version, text, operation_id: newOperationId() });
  }

  async rename(name: string): Promise<void> {
    await this.call('session.rename', { name });
    await this.refresh();
  }

  async cancelJob(job: string): Promise<void> {
    await this.call('job.cancel', { job });
  }

  /** Ask how things stand. Of overlapping questions only the last answer counts. */
  async refresh(): Promise<void> {
    const turn = ++this.describing;
    const description = await this.call('session.describe', {});
    if (turn !== this.describing) return;
    this.description.set(description);
    this.jobs.set(description.jobs);
    this.saved.set(description.saved);
  }

  private reopened(): void {
    this.ownVersions = [];
    this.announced = [];
    this.refresh().catch(() => undefined);
  }

  /** Sort what was announced while an own change was under way into own and foreign. */
  private takeAnnounced(): void {
    const announced = this.announced.splice(0);
    const ready = this.description()?.state === 'ready'; // the end of the import is nobody's change
    for (const change of announced) {
      const own = this.ownVersions.indexOf(change.version);
      if (own >= 0) this.ownVersions.splice(own, 1);
      else if (ready) this.foreignChange.set({ ...change });
    }
    if (announced.some(({ version }) => version !== this.version())) this.refresh().catch(() => undefined);
  }
}
