import type { Method, Methods, NotificationName } from '../protocol/messages';
import { parseFrame, type Incoming } from '../protocol/parse';
import { backoffMs } from './backoff';
import { afterClose } from './close-codes';
import { connectionLost, fromRpcError } from './errors';
import { NotificationHub } from './notification-hub';
import type { CallOptions, ConnectionState, Listener, Transport } from './transport';

interface Pending {
  readonly frame: string;
  readonly retry: boolean;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

type OpenSocket = (url: string) => WebSocket;

/** JSON-RPC 2.0 over one WebSocket that comes back by itself. */
export class WebSocketTransport implements Transport {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private lastId = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly pending = new Map<number, Pending>();
  private readonly hub = new NotificationHub();
  private readonly stateListeners: ((state: ConnectionState) => void)[] = [];

  constructor(
    private readonly url: string,
    private readonly openSocket: OpenSocket = (address) => new WebSocket(address),
    private readonly random: () => number = Math.random,
  ) {}

  on<N extends NotificationName>(name: N, listener: Listener<N>): void {
    this.hub.on(name, listener);
  }

  onState(listener: (state: ConnectionState) => void): void {
    this.stateListeners.push(listener);
  }

  open(): void {
    clearTimeout(this.timer);
    this.tell({ kind: 'connecting' });
    const socket = this.openSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event: MessageEvent<unknown>) => {
      const incoming = typeof event.data === 'string' ? parseFrame(event.data) : null;
      if (incoming) this.receive(incoming);
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code);
    };
  }

  retryNow(): void {
    if (this.socket === null && this.timer !== undefined) this.open();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    this.rejectWhere(() => true);
    this.tell({ kind: 'closed' });
  }

  call<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options: CallOptions = {},
  ): Promise<Methods[M]['result']> {
    const { signal, retry = false, sent } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (!retry && !this.isOpen()) {
        reject(connectionLost());
        return;
      }
      const id = ++this.lastId;
      const frame = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      const abort = () => this.cancel(id, signal?.reason);
      const settled = () => signal?.removeEventListener('abort', abort);
      this.pending.set(id, {
        frame,
        retry,
        resolve: (result) => {
          settled();
          resolve(result as Methods[M]['result']);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      sent?.(id);
      if (this.isOpen()) this.socket?.send(frame);
    });
  }

  private isOpen(): boolean {
    return this.socket?.readyState === 1;
  }

  private opened(socket: WebSocket): void {
    this.attempt = 0;
    for (const { frame } of this.pending.values()) socket.send(frame);
    this.tell({ kind: 'open' });
  }

  private receive(incoming: Incoming): void {
    if (incoming.kind === 'notification') {
      this.hub.emit(incoming.method, incoming.params);
      return;
    }
    const request = incoming.id === null ? undefined : this.pending.get(incoming.id);
    if (!request || incoming.id === null) return;
    this.pending.delete(incoming.id);
    if (incoming.kind === 'result') request.resolve(incoming.result);
    else request.reject(fromRpcError(incoming.code, incoming.message, incoming.data));
  }

  private cancel(id: number, reason: unknown): void {
    const request = this.pending.get(id);
    if (!request) return;
    this.pending.delete(id);
    request.reject(reason);
    if (!this.isOpen()) return;
    const frame = { jsonrpc: '2.0', id: ++this.lastId, method: 'request.cancel', params: { id } };
    this.socket?.send(JSON.stringify(frame));
  }

  private closed(code: number): void {
    this.socket = null;
    const after = afterClose(code);
    if (after !== 'reconnect') {
      this.rejectWhere(() => true);
      this.tell({ kind: 'refused', reason: after });
      return;
    }
    this.rejectWhere((request) => !request.retry);
    const delay = backoffMs(this.attempt, this.random());
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), delay);
    this.tell({ kind: 'waiting', at: Date.now() + delay });
  }

  private rejectWhere(affected: (request: Pending) => boolean): void {
    for (const [id, request] of this.pending) {
      if (!affected(request)) continue;
      this.pending.delete(id);
      request.reject(connectionLost());
    }
  }

  private tell(state: ConnectionState): void {
    for (const listener of this.stateListeners) listener(state);
  }
}
