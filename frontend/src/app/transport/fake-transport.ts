import type { Method, Methods, NotificationName, Notifications } from '../protocol/messages';
import { RequestError } from './errors';
import { NotificationHub } from './notification-hub';
import type { CallOptions, ConnectionState, Listener, Transport } from './transport';

type Answers = {
  [M in Method]?: (params: Methods[M]['params']) => Methods[M]['result'] | Promise<Methods[M]['result']>;
};

/** A transport for tests: answers from functions, remembers what was asked, says what it is told to say. */
export class FakeTransport implements Transport {
  readonly calls: { readonly method: Method; readonly params: unknown }[] = [];
  private readonly hub = new NotificationHub();
  private readonly stateListeners: ((state: ConnectionState) => void)[] = [];

  constructor(readonly answers: Answers = {}) {}

  async call<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options: CallOptions = {},
  ): Promise<Methods[M]['result']> {
    this.calls.push({ method, params });
    options.signal?.throwIfAborted();
    const answer = this.answers[method];
    if (!answer) throw new RequestError(`There is no method ${method}.`, 'method_not_found');
    const result = await answer(params);
    options.signal?.throwIfAborted();
    return result;
  }

  on<N extends NotificationName>(name: N, listener: Listener<N>): void {
    this.hub.on(name, listener);
  }

  onState(listener: (state: ConnectionState) => void): void {
    this.stateListeners.push(listener);
  }

  open(): void {
    this.become({ kind: 'open' });
  }

  retryNow(): void {
    this.open();
  }

  close(): void {
    this.become({ kind: 'closed' });
  }

  become(state: ConnectionState): void {
    for (const listener of this.stateListeners) listener(state);
  }

  notify<N extends NotificationName>(name: N, params: Notifications[N]): void {
    this.hub.emit(name, params);
  }

  /** What was asked of one method, oldest first. */
  asked<M extends Method>(method: M): Methods[M]['params'][] {
    return this.calls
      .filter((call) => call.method === method)
      .map((call) => call.params as Methods[M]['params']);
  }
}
