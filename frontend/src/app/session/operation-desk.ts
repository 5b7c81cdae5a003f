import { Injectable, effect, inject, signal, untracked } from '@angular/core';
import type {
  Applied,
  Column,
  DraftFailed,
  DraftReady,
  FieldError,
  Impact,
  Operation,
} from '../protocol/messages';
import type { OperationDeclaration, OperationShape } from '../protocol/schema';
import { sendable } from '../protocol/visibility';
import { RequestError, hasCode, isAbort, sentence } from '../transport/errors';
import { prefill } from './column-needs';
import { SessionStore } from './session-store';

/** An operation tried out: what it would do, without having done it. */
export interface DraftState {
  readonly id: string;
  readonly operation: Operation;
  /** Every row is still there and in its place, so that it can be compared with what it was. */
  readonly sameRows: boolean;
  /** The version it is made from. */
  readonly base: number;
  readonly summary: string;
  readonly columns: readonly Column[];
  /** Exact and of the whole table; null while it is being counted. */
  readonly impact: Impact | null;
}

/** An operation that was applied, and what it did. */
export interface Done extends Applied {
  readonly operation: Operation;
}

export type Values = Readonly<Record<string, unknown>>;

const SAME_ROWS: readonly OperationShape[] = ['schema', 'rowwise', 'columnwise'];

/** The operation being prepared: its parameters, its preview, and what the server had against it. */
@Injectable()
export class OperationDesk {
  private readonly session = inject(SessionStore);

  readonly chosen = signal<OperationDeclaration | null>(null);
  readonly values = signal<Values>({});
  readonly draft = signal<DraftState | null>(null);
  readonly fieldErrors = signal<readonly FieldError[]>([]);
  readonly problem = signal<string | null>(null);
  readonly busy = signal<'previewing' | 'applying' | null>(null);
  /** What the last applied operation did; every one is a new object. */
  readonly applied = signal<Done | null>(null);

  private abort = new AbortController();
  private early: DraftReady | DraftFailed | null = null;

  constructor() {
    effect(() => {
      const version = this.session.version();
      const draft = untracked(this.draft);
      if (draft && draft.base !== version && untracked(this.busy) === null) {
        this.draft.set(null);
        this.problem.set('The table changed meanwhile. Preview again to see what this would do now.');
      }
    });
    effect(() => {
      if (this.session.connection().kind === 'waiting') untracked(() => this.draft.set(null));
    });
  }

  /** To be called once, when the session is connected. */
  listen(): void {
    this.session.on('draft.ready', (ready) => this.settle(ready));
    this.session.on('draft.failed', (failed) => this.settle(failed));
  }

  choose(operation: OperationDeclaration, selected: readonly Column[], given: Values = {}): void {
    this.discard();
    this.chosen.set(operation);
    this.values.set({ ...prefill(operation, selected), ...given });
  }

  close(): void {
    this.discard();
    this.chosen.set(null);
  }

  /** Change a parameter: what was previewed is no longer what would be applied. */
  edit(values: Values): void {
    this.discard();
    this.values.set(values);
  }

  operation(): Operation | null {
    const chosen = this.chosen();
    return chosen && { ...sendable(chosen.schema, this.values()), op: chosen.id };
  }

  async preview(): Promise<void> {
    const operation = this.operation();
    const shape = this.chosen()?.shape;
    if (!operation || !shape) return;
    this.discard();
    const base = this.session.version();
    const { signal } = this.abort;
    await this.attempt('previewing', async () => {
      const draft = await this.session.call('operation.preview', { operation, base }, { signal });
      const sameRows = SAME_ROWS.includes(shape);
      const { draft: id, summary, columns } = draft;
      this.draft.set({ id, operation, sameRows, base, summary, columns, impact: null });
      if (this.early) this.settle(this.early);
    });
  }

  /** Do it: publish the draft when there is one, else compute and publish. */
  async apply(): Promise<boolean> {
    const draft = this.draft();
    const operation = draft?.operation ?? this.operation();
    if (!operation) return false;
    const base = this.session.version();
    return this.attempt('applying', async () => {
      const applied = await this.session.change((operation_id) =>
        draft
          ? this.session.call('operation.commit', { draft: draft.id, operation_id })
          : this.session.call('operation.apply', { operation, base, operation_id }),
      );
      this.draft.set(null);
      this.chosen.set(null);
      this.applied.set({ ...applied, operation });
    });
  }

  /** Do one operation that needs no form. Throws what the server has against it. */
  async applyAtOnce(operation: Operation): Promise<Applied> {
    const base = this.session.version();
    const applied = await this.session.change((operation_id) =>
      this.session.call('operation.apply', { operation, base, operation_id }),
    );
    this.applied.set({ ...applied, operation });
    return applied;
  }

  /** Forget the preview, and stop computing it. */
  discard(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.fieldErrors.set([]);
    this.problem.set(null);
    const draft = this.draft();
    this.draft.set(null);
    if (draft) this.session.call('operation.discard', { draft: draft.id }, {}).catch(() => undefined);
  }

  /** What came of a draft, which may be told before the draft itself is. */
  private settle(news: DraftReady | DraftFailed): void {
    const draft = this.draft();
    if (draft?.id !== news.draft) {
      this.early = news;
    } else if ('impact' in news) {
      this.draft.set({ ...draft, impact: news.impact });
    } else {
      this.draft.set(null);
      if (news.error.code !== 'cancelled') this.problem.set(news.error.message);
    }
  }

  private async attempt(what: 'previewing' | 'applying', run: () => Promise<void>): Promise<boolean> {
    this.fieldErrors.set([]);
    this.problem.set(null);
    this.busy.set(what);
    try {
      await run();
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    } finally {
      this.busy.set(null);
    }
  }

  private failed(error: unknown): void {
    if (isAbort(error) || hasCode(error, 'cancelled')) return;
    if (hasCode(error, 'method_not_found')) {
      this.problem.set('This server has no previews.');
      return;
    }
    const fields = error instanceof RequestError ? error.fields : [];
    this.fieldErrors.set(fields.map((fault) => ({ ...fault, path: fault.path.replace(/^operation\./, '') })));
    if (hasCode(error, 'version_conflict')) {
      this.draft.set(null);
      this.problem.set('The table changed meanwhile. Look at it again, then apply.');
    } else if (fields.length === 0) {
      this.problem.set(sentence(error));
    }
  }
}
