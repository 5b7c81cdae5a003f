import type { Method, Methods, NotificationName, Notifications } from '../protocol/messages';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** `at`: when the next attempt starts, as `Date.now()` counts. */
  | { readonly kind: 'waiting'; readonly at: number }
  | { readonly kind: 'refused'; readonly reason: 'unauthorized' | 'forbidden' | 'gone' }
  | { readonly kind: 'closed' };

export interface CallOptions {
  /** Aborting takes the request back, on the server too. */
  readonly signal?: AbortSignal;
  /** Send again after a reconnect. Right for reads, and for changes that carry an `operation_id`. */
  readonly retry?: boolean;
  /** Told the id under which the request was sent; job notifications name it. */
  readonly sent?: (id: number) => void;
}

export type Listener<N extends NotificationName> = (params: Notifications[N]) => void;

/** One session's line to the server: requests, their answers, and what the server says by itself. */
export interface Transport {
  call<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options?: CallOptions,
  ): Promise<Methods[M]['result']>;
  on<N extends NotificationName>(name: N, listener: Listener<N>): void;
  onState(listener: (state: ConnectionState) => void): void;
  open(): void;
  /** Do not wait for the next attempt. */
  retryNow(): void;
  close(): void;
}
